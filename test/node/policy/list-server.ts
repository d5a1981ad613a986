import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A web server on loopback that gives what a test says, and counts how often it was asked. */
export class ListServer implements AsyncDisposable {
  readonly url: string;
  asked = 0;
  answer: Answer;
  readonly #close: () => Promise<void>;

  static async start(answer: Answer): Promise<ListServer> {
    const server = createServer((request, response) => {
      list.asked++;
      list.answer(response, request);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const list = new ListServer(`http://127.0.0.1:${port}/blocked.json`, answer, async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    });
    return list;
  }

  private constructor(url: string, answer: Answer, close: () => Promise<void>) {
    this.url = url;
    this.answer = answer;
    this.#close = close;
  }

  /** From now on it gives this text. */
  gives(text: string): void {
    this.answer = (response) => response.end(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}
