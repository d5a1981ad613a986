import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a client asked for. */
export interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: { model: string; input: string[]; dimensions?: number; encoding_format?: string };
  readonly at: number;
}

/** Answers a request instead of the well-behaved server; "serve" leaves it to that. */
export type Behaviour = (asked: Asked, response: ServerResponse) => "serve" | undefined;

const DIMENSIONS = 4;

/** The vector of a text, of any length: its length, its first letter, and ones. */
export function rawVector(text: string, dimensions = DIMENSIONS): number[] {
  return Array.from({ length: dimensions }, (_, index) => [text.length, text.charCodeAt(0)][index] ?? 1);
}

/** A real server that speaks OpenAI's embeddings API, answers out of order, and misbehaves when it is told to. */
export class EmbeddingServer implements AsyncDisposable {
  readonly asked: Asked[] = [];
  /** For the requests to come, one each; then it behaves. */
  readonly behaviours: Behaviour[] = [];
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.url = `http://127.0.0.1:${port}/v1`;
  }

  static async start(): Promise<EmbeddingServer> {
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = JSON.parse(Buffer.concat(chunks).toString()) as Asked["body"];
      const asked = { path: request.url ?? "", headers: request.headers, body, at: performance.now() };
      started.asked.push(asked);
      const behave = started.behaviours.shift() ?? (() => "serve");
      if (behave(asked, response) === "serve") serve(asked, response);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const started = new EmbeddingServer(server, (server.address() as AddressInfo).port);
    return started;
  }

  get texts(): string[][] {
    return this.asked.map(({ body }) => body.input);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A token a word, and the vectors in the wrong order, as the API allows. */
export function serve({ body }: Asked, response: ServerResponse): undefined {
  const data = body.input.map((text, index) => ({
    object: "embedding",
    index,
    embedding: rawVector(text, body.dimensions),
  }));
  const tokens = body.input.join(" ").split(" ").length;
  send(response, 200, {
    object: "list",
    model: body.model,
    data: data.reverse(),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  });
}

export function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): undefined {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** An error as the API gives it. */
export const fail =
  (status: number, message: string, headers: Record<string, string> = {}): Behaviour =>
  (_, response) =>
    send(response, status, { error: { message, type: "any", code: null, param: null } }, headers);

/** Takes the request and says nothing. */
export const hang: Behaviour = () => undefined;
/** Hangs up instead of answering. */
export const drop: Behaviour = (_, response) => void response.destroy();
/** Begins to answer, and never ends. */
export const drip: Behaviour = (_, response) => {
  response.writeHead(200, { "content-type": "application/json" });
  response.write('{"data":[');
  return undefined;
};
