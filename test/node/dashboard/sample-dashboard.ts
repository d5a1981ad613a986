import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import type { ApiHandlers } from "../../../node/src/api/handlers.ts";
import { Dashboard, type DashboardOptions } from "../../../node/src/dashboard/dashboard.ts";
import { EventHub } from "../../../node/src/events/event-hub.ts";
import { temporaryFolder } from "../../helpers/temporary.ts";
import { sampleHandlers } from "../api/sample-api.ts";

export const INDEX = "<!doctype html><title>Pages</title>";
export const SCRIPT = "export const page = 1;\n";

export interface Ask {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

/** A dashboard with two small pages in front of plain handlers, and a client that can send any header. */
export async function sampleDashboard(
  options: Partial<DashboardOptions> & { readonly changed?: Partial<ApiHandlers> } = {},
) {
  const { changed, ...rest } = options;
  const home = await temporaryFolder();
  const folder = join(home.path, "pages");
  await mkdir(join(folder, "assets"), { recursive: true });
  await writeFile(join(folder, "index.html"), INDEX);
  await writeFile(join(folder, "assets/page.js"), SCRIPT);
  await writeFile(join(folder, "notes.md"), "not a page");
  await writeFile(join(home.path, "key"), "secret");
  const logged: string[] = [];
  const events = new EventHub(() => performance.now());
  const dashboard = new Dashboard({
    handlers: sampleHandlers(changed),
    ...{ events, port: 0, folder },
    toolsChanged: async () => undefined,
    log: (level, message) => logged.push(`${level}: ${message}`),
    ...rest,
  });
  const { url } = await dashboard.link();
  const { origin, port, host } = new URL(url);

  const open = async (path: string, { method = "GET", headers = {}, body }: Ask = {}) => {
    const asked = request({ host: "127.0.0.1", port, path, method, headers: { host, ...headers } });
    asked.on("error", () => undefined);
    asked.end(body);
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    return answer;
  };
  const ask = async (path: string, how: Ask = {}): Promise<Answer> => {
    const answer = await open(path, how);
    let text = "";
    for await (const chunk of answer.setEncoding("utf8")) text += chunk;
    return { status: answer.statusCode, headers: answer.headers, text };
  };
  const json = { "content-type": "application/json", origin };
  const logInWith = (code: string, more: Record<string, string> = {}) =>
    ask("/session", { method: "POST", headers: { ...json, ...more }, body: JSON.stringify({ code }) });
  return {
    ...{ dashboard, events, logged, folder, origin, port: Number(port), json, open, ask, logInWith },
    newCode: async () => codeOf((await dashboard.link()).url),
    /** Headers that open everything. */
    async logIn(): Promise<{ readonly cookie: string; readonly "x-collective-csrf": string }> {
      const answer = await logInWith(codeOf((await dashboard.link()).url));
      const cookie = answer.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
      return { cookie, "x-collective-csrf": (JSON.parse(answer.text) as { csrf: string }).csrf };
    },
    async [Symbol.asyncDispose]() {
      await dashboard.close();
      await home[Symbol.asyncDispose]();
    },
  };
}

export function codeOf(url: string): string {
  return new URL(url).hash.slice("#login=".length);
}

export function errorOf({ text }: Answer): { readonly code: string; readonly remedy: string } {
  return (JSON.parse(text) as { error: { code: string; remedy: string } }).error;
}
