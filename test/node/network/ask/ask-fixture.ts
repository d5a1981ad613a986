import type { AskAnswer, AskRequest } from "@action-collective/protocol";
import type { Libp2p, Stream } from "@libp2p/interface";
import type { Questions } from "../../../../node/src/network/options.ts";
import { TestCatalogue, type TestPeer, until } from "../fixture.ts";
import { stranger } from "../stranger.ts";

export const ASK = "/action-collective/test/ask/1.0.0";
/** Longer than any honest answer on a busy machine, and shorter than a test. */
export const PATIENT = { timeoutMs: 5_000 };

export function question(query: string, count = 10): AskRequest {
  return {
    ...{ query, count, tags: [], needs: { net: true, secrets: true } },
    languages: ["typescript", "javascript"],
  };
}

/** The records of an answer, as text; "busy" where there are none to be had. */
export function textsOf(answer: AskAnswer): readonly string[] | "busy" {
  return answer.kind === "busy" ? "busy" : answer.records.map((record) => Buffer.from(record).toString());
}

/** Answers with the records that hold the query's text, and notes what it was asked. */
export class AnsweringCatalogue extends TestCatalogue {
  readonly asked: AskRequest[] = [];
  /** What an answer waits for. */
  gate: Promise<unknown> = Promise.resolve();
  readonly questions: Questions = {
    answer: async (request) => {
      this.asked.push(request);
      await this.gate;
      return this.log.filter((record) => Buffer.from(record).includes(request.query));
    },
  };
}

/** A host that answers questions as a test likes. */
export function strangeHost(answer: (stream: Stream) => unknown): Promise<Libp2p & AsyncDisposable> {
  return stranger({ [ASK]: answer });
}

/** Connects, and waits until the other is known to answer questions. */
export async function meet(from: TestPeer, to: { id: string; addresses: readonly string[] }): Promise<void> {
  await from.network.dial(to.addresses[0] ?? "", AbortSignal.timeout(15_000));
  await until("the other answers questions", () => from.network.neighbours().includes(to.id));
}

export function whereabouts(peer: TestPeer): { id: string; addresses: readonly string[] } {
  return { id: peer.network.peerId, addresses: peer.network.addresses() };
}

export function whereaboutsOf(host: Libp2p): { id: string; addresses: readonly string[] } {
  return { id: host.peerId.toString(), addresses: host.getMultiaddrs().map(String) };
}
