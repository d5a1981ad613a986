import { type Route, routes } from "@action-collective/protocol";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { call, listen } from "./sample-api.ts";

type Operation = {
  operationId: string;
  security: object[];
  requestBody?: { content: { "application/json": { schema: object } } };
  responses: Record<string, { content: { "application/json": { schema: object } } }>;
};

async function fetchDocument() {
  await using server = await listen();
  const response = await call(server, "/v1/openapi.json");
  expect(response.status).toBe(200);
  return (await response.json()) as {
    openapi: string;
    info: { title: string; version: string };
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, object> };
  };
}

describe("the OpenAPI document", () => {
  it("has every route of the contract and no other", async () => {
    const { openapi, info, paths } = await fetchDocument();
    expect(openapi).toBe("3.1.0");
    expect(info.version).toBe("0.1.0");
    const described = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { operationId }]) => `${operationId}: ${method} ${path}`),
    );
    const contract = Object.entries<Route>(routes).map(
      ([name, { method, path }]) => `${name}: ${method} ${path}`,
    );
    expect(described.sort()).toEqual(contract.sort());
  });

  it("asks for a token everywhere but at health, and for a body where the contract has one", async () => {
    const { paths } = await fetchDocument();
    for (const [name, route] of Object.entries<Route>(routes)) {
      const operation = paths[route.path]?.[route.method];
      expect(operation?.security, name).toEqual(name === "health" ? [] : [{ token: [] }]);
      expect(operation?.requestBody !== undefined, name).toBe(route.body !== undefined);
    }
  });

  it("holds JSON Schemas that a strict validator compiles, and that real answers satisfy", async () => {
    const { paths, components } = await fetchDocument();
    const ajv = new Ajv2020({
      strict: true,
      strictTypes: false,
      strictTuples: false,
      validateFormats: false,
    });
    const schemas = Object.values(paths).flatMap((operations) =>
      Object.values(operations).flatMap(({ requestBody, responses }) => [
        ...(requestBody === undefined ? [] : [requestBody.content["application/json"].schema]),
        ...Object.entries(responses).flatMap(([status, { content }]) =>
          status === "default" ? [] : [content["application/json"].schema],
        ),
      ]),
    );
    expect(schemas.length).toBeGreaterThan(15);
    for (const schema of [...schemas, ...Object.values(components.schemas)]) ajv.compile(schema);
    await using server = await listen();
    for (const path of ["/v1/status", "/v1/peers", "/v1/identity"]) {
      const schema = paths[path]?.get?.responses["200"]?.content["application/json"].schema ?? {};
      expect(ajv.validate(schema, await (await call(server, path)).json()), path).toBe(true);
      expect(ajv.validate(schema, {}), path).toBe(false);
    }
  });
});
