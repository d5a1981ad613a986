import { isIP } from "node:net";
import type { Endpoint } from "@action-collective/node";

/** Undefined when the text is none. Names are not taken: which address a name gets is for somebody else to say. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const [, six, four, digits] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = six ?? four ?? "";
  const port = Number(digits);
  const isAddress = isIP(host) === (six === undefined ? 4 : 6);
  return isAddress && port <= 65_535 ? { host, port } : undefined;
}
