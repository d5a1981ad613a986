import type { Plugin } from "vite";
import { routes } from "../protocol/src/api/routes.ts";

const NAME = "virtual:routes";
const RESOLVED = `\0${NAME}`;

/** Method and path of each route of the contract, taken from it at build time, so that its schemas and zod stay out of the page. */
export function routesPlugin(): Plugin {
  return {
    name: "collective-routes",
    resolveId: (id) => (id === NAME ? RESOLVED : undefined),
    load: (id) => {
      if (id !== RESOLVED) return undefined;
      const table = Object.fromEntries(
        Object.entries(routes).map(([name, { method, path }]) => [name, [method, path]]),
      );
      return `export default ${JSON.stringify(table)};`;
    },
  };
}
