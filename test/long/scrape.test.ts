import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { ALL_PRIVILEGES } from "action-collective";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { addingAction } from "../helpers/adding-action.ts";
import { PeerProcess } from "../helpers/processes.ts";
import { until } from "../helpers/until.ts";
import { isAllowed, valuesOf } from "../node/metrics/closed-sets.ts";
import { familyOf, readScrape, type Scrape, sampleOf } from "../node/metrics/exposition.ts";
import { readQuery } from "../node/metrics/promql.ts";

const GRAFANA = join(import.meta.dirname, "../../node/grafana");

let busy: PeerProcess;
let other: PeerProcess;
let page: string;
let text: string;
let scrape: Scrape;
let id: string;

async function read(): Promise<Scrape> {
  text = await (await fetch(page)).text();
  scrape = readScrape(text);
  return scrape;
}

/** What agents, users, neighbours and passers-by do, good and bad. */
async function work(): Promise<void> {
  const { client } = busy;
  ({ id } = await client.publish(addingAction(7)));
  await client.run(id, { x: 1 });
  await client.run(id, { x: "one" }).catch(() => undefined);
  const { token } = await client.mintCapability({
    agent: "stranger-chosen-name",
    privileges: ALL_PRIVILEGES,
  });
  await client.withToken(token).run(id, { x: 2 });
  await client.find("adds seven to a number, as a stranger would say");
  await client.show("a-name-that-nobody-has").catch(() => undefined);
  for (const path of ["/v1/stranger-chosen-path", "/v1/actions/%2e%2e/x/y", "/mcp"])
    await fetch(`${busy.started.api[0]}${path}`, { method: "POST" });
  const theirs = await other.client.publish(addingAction(9));
  await until(async () => (await client.show(theirs.id)).standing === "passed", {
    what: "a stranger's action",
  });
}

beforeAll(async () => {
  const env = { COLLECTIVE_METRICS_PORT: "0", COLLECTIVE_QUIET_LOAD: "1000", COLLECTIVE_WORKERS: "1" };
  busy = await PeerProcess.start({ env });
  other = await PeerProcess.start({
    bootstrap: busy.started.addresses.slice(0, 1),
    env: { COLLECTIVE_VERIFY: "false" },
  });
  page = /^Metrics: (http:\/\/127\.0\.0\.1:\d+\/metrics)$/m.exec(busy.stderr)?.[1] ?? "none was said";
  await work();
  await until(
    async () =>
      (sampleOf(await read(), "collective_records_seen_total", { kind: "feedback", via: "own" }) ?? 0) > 0,
    {
      what: "feedback being sent",
      everyMs: 250,
    },
  );
}, 90_000);

afterAll(async () => {
  await busy?.[Symbol.asyncDispose]();
  await other?.[Symbol.asyncDispose]();
});

describe("A busy peer's metrics", () => {
  it("say what was done", () => {
    const value = (name: string, labels?: Record<string, string>) =>
      sampleOf(scrape, `collective_${name}`, labels);
    expect(value("runs_total", { caller: "user", status: "ok" })).toBe(1);
    expect(value("runs_total", { caller: "user", status: "input-invalid" })).toBe(1);
    expect(value("runs_total", { caller: "agent", status: "ok" })).toBe(1);
    expect(value("run_duration_seconds_count")).toBe(3);
    expect(value("run_gate_decisions_total", { decision: "runs" })).toBe(3);
    expect(value("searches_total", { outcome: "answered" })).toBe(1);
    expect(value("verifications_total", { code: "passed", urgency: "background" })).toBeGreaterThanOrEqual(1);
    expect(value("verification_duration_seconds_sum")).toBeGreaterThan(0);
    expect(value("sandbox_calls_total", { outcome: "returned" })).toBeGreaterThanOrEqual(8);
    expect(value("api_requests_total", { route: "run", status: "2xx" })).toBe(2);
    expect(value("api_requests_total", { route: "run", status: "4xx" })).toBe(1);
    expect(value("api_requests_total", { route: "none", status: "4xx" })).toBeGreaterThanOrEqual(1);
    expect(value("actions", { standing: "passed" })).toBe(2);
    expect(value("records_seen_total", { kind: "publication", via: "own", outcome: "new" })).toBe(1);
    const arrived = ["gossip", "sync"].map(
      (via) => value("records_seen_total", { kind: "publication", via, outcome: "new" }) ?? 0,
    );
    expect(arrived.reduce((sum, one) => sum + one)).toBe(1);
    expect(value("search_documents")).toBe(2);
    expect(value("peers_inbound")).toBe(1);
    expect(value("seeding_quota_bytes")).toBe(2_048 * 1024 * 1024);
    expect(sampleOf(scrape, "nodejs_eventloop_lag_p99_seconds")).toBeGreaterThan(0);
    expect(
      sampleOf(scrape, "libp2p_data_transfer_bytes_total", { protocol: "global received" }),
    ).toBeGreaterThan(0);
  });

  it("have no label whose values a stranger chooses, libp2p's included", () => {
    expect(scrape.samples.length).toBeGreaterThan(200);
    const open = scrape.samples.flatMap(({ name, labels }) =>
      Object.entries(labels)
        .filter(([label, value]) => !isAllowed(familyOf(scrape.families, name) ?? name, label, value))
        .map(([label, value]) => `${name}{${label}="${value}"}`),
    );
    expect(open).toEqual([]);
    const { peerId } = busy.started;
    for (const word of [peerId, other.started.peerId, id, "addN7", "stranger", "127.0.0.1", busy.home])
      expect(text).not.toContain(word);
  });

  it("are read by GET alone, under a loopback name, and at no other path", async () => {
    const { port } = new URL(page);
    const status = (path: string, options: { method?: string; host?: string } = {}) =>
      new Promise<number | undefined>((resolve, reject) => {
        const { method = "GET", host = `localhost:${port}` } = options;
        request({ host: "127.0.0.1", port, path, method, headers: { host }, agent: false }, (response) => {
          response.resume().on("end", () => resolve(response.statusCode));
        })
          .on("error", reject)
          .end();
      });
    expect(await status("/metrics")).toBe(200);
    expect(await status("/metrics", { method: "POST" })).toBe(405);
    expect(await status("/metrics", { host: "evil.example" })).toBe(403);
    expect(await status("/v1/status")).toBe(404);
  });
});

/** Every expression of a file, with where it stands. */
function expressions(): { where: string; expression: string }[] {
  const dashboard = JSON.parse(readFileSync(join(GRAFANA, "action-collective.json"), "utf8")) as {
    panels: { title: string; type: string; targets?: { expr: string }[] }[];
  };
  const rules = parse(readFileSync(join(GRAFANA, "alerts.yaml"), "utf8")) as {
    groups: { rules: { alert: string; expr: string }[] }[];
  };
  return [
    ...dashboard.panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr }) => ({ where: `panel "${title}"`, expression: expr })),
    ),
    ...rules.groups.flatMap((group) =>
      group.rules.map(({ alert, expr }) => ({ where: `alert ${alert}`, expression: expr })),
    ),
  ];
}

describe("The dashboard and the alerts", () => {
  it("ask for nothing that a peer does not measure", () => {
    const all = expressions();
    expect(all.length).toBeGreaterThan(80);
    const missing = all.flatMap(({ where, expression }) => {
      const { selectors, grouped } = readQuery(expression);
      return selectors.flatMap(({ metric, matchers }) => {
        const family = familyOf(scrape.families, metric);
        if (family === undefined) return [`${where}: ${metric}`];
        const known = new Set(
          scrape.samples.filter(({ name }) => name === metric).flatMap(({ labels }) => Object.keys(labels)),
        );
        const wanted = [...matchers.map(({ label }) => label), ...grouped].filter(
          (label) => label !== "instance" && label !== "job",
        );
        const unknown = wanted.filter((label) => !known.has(label));
        const impossible = matchers.filter(({ label, operator, value }) => {
          const values = valuesOf(family, label);
          if (values === undefined) return false;
          const test = new RegExp(
            operator.endsWith("~") ? `^(?:${value})$` : `^${value.replaceAll(".", "\\.")}$`,
          );
          return ![...values].some((one) => test.test(one));
        });
        return [...unknown, ...impossible.map(({ label, value }) => `${label}="${value}"`)].map(
          (what) => `${where}: ${metric} has no ${what}`,
        );
      });
    });
    expect(missing).toEqual([]);
  });

  it("compare in an alert only what has the same labels: otherwise nothing ever matches", () => {
    const labelsOf = (operand: string) => {
      const { selectors, grouped } = readQuery(operand);
      if (grouped.length > 0) return grouped.toSorted().join();
      const names = new Set(selectors.map(({ metric }) => metric));
      const labels = scrape.samples
        .filter(({ name }) => names.has(name))
        .flatMap((one) => Object.keys(one.labels));
      return ["instance", "job", ...new Set(labels)].toSorted().join();
    };
    const alerts = expressions().filter(({ where }) => where.startsWith("alert "));
    const joined = alerts.map(({ where, expression }) => ({
      where,
      labels: expression.split(/ (?:and|unless|or|\/) /).map(labelsOf),
    }));
    expect(joined.filter(({ labels }) => labels.length > 1).length).toBeGreaterThanOrEqual(2);
    expect(joined.filter(({ labels }) => new Set(labels).size > 1)).toEqual([]);
  });

  it("show every family of ours but those that only say how it stands with something shown", () => {
    const asked = new Set(
      expressions().flatMap(({ expression }) =>
        readQuery(expression).selectors.map(({ metric }) => familyOf(scrape.families, metric)),
      ),
    );
    const unseen = [...scrape.families.keys()].filter(
      (name) => name.startsWith("collective_") && !asked.has(name),
    );
    expect(unseen.sort()).toEqual([
      "collective_known_peers",
      "collective_network_warnings",
      "collective_policy_lists",
      "collective_relay_reservations",
      "collective_sandbox_processes_prestarted",
      "collective_sync_records_received_total",
    ]);
  });

  it("can be laid out: panels have ids of their own, stand in the grid, and name the data source variable", () => {
    const { panels, templating, schemaVersion } = JSON.parse(
      readFileSync(join(GRAFANA, "action-collective.json"), "utf8"),
    ) as {
      panels: {
        id: number;
        title: string;
        type: string;
        targets?: { expr: string; legendFormat: string }[];
        fieldConfig?: {
          defaults: { unit?: string };
          overrides: { matcher: { options: string }; properties: { id: string; value: string }[] }[];
        };
        gridPos: { x: number; y: number; w: number; h: number };
        datasource?: { uid: string };
      }[];
      templating: { list: { name: string; type: string }[] };
      schemaVersion: number;
    };
    expect(schemaVersion).toBeGreaterThanOrEqual(39);
    expect(new Set(panels.map((panel) => panel.id)).size).toBe(panels.length);
    expect(templating.list.map(({ name, type }) => `${name}: ${type}`)).toEqual([
      "datasource: datasource",
      "instance: query",
    ]);
    const cells = new Set<string>();
    for (const { type, gridPos, datasource } of panels) {
      if (type !== "row") expect(datasource?.uid).toBe(`\${datasource}`);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(x).toBeLessThan(24);
          expect(cells.has(`${x},${y}`), `two panels at ${x},${y}`).toBe(false);
          cells.add(`${x},${y}`);
        }
    }
    expect(panels.filter(({ type }) => type === "row")).toHaveLength(7);
    const seconds = panels.flatMap(({ title, fieldConfig, targets = [] }) =>
      targets
        .filter(({ expr }) => /_seconds/.test(expr) && !/_cpu_/.test(expr))
        .map(({ legendFormat }) => {
          const own = fieldConfig?.overrides.find(({ matcher }) => matcher.options === legendFormat);
          const unit = own?.properties.find(({ id }) => id === "unit")?.value ?? fieldConfig?.defaults.unit;
          return { title, unit };
        }),
    );
    expect(seconds.length).toBeGreaterThan(8);
    expect(seconds.filter(({ unit }) => unit !== "s")).toEqual([]);
    expect(panels.filter(({ title }) => title.trim() === "")).toEqual([]);
  });
});
