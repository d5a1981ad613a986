import {
  type EmbedderDescription,
  type GenerationParts,
  VectorGeneration,
} from "../vectors/vector-generation.ts";
import type { DocumentTable } from "../words/document-table.ts";
import type { CatalogueReader } from "./catalogue-reader.ts";
import { EmbeddingPump } from "./embedding-pump.ts";
import { sweepFiles, writeServing } from "./serving-file.ts";

export interface VectorsKeeperParts extends Omit<GenerationParts, "embedder"> {
  readonly target: EmbedderDescription;
  readonly previous: EmbedderDescription | undefined;
  readonly reader: CatalogueReader;
  readonly documents: () => DocumentTable;
  readonly embed: (embedder: string, texts: readonly string[]) => Promise<readonly Float32Array[]>;
  readonly info: (message: string) => void;
  readonly switched: (embedder: string) => void;
}

interface Growing {
  readonly generation: VectorGeneration;
  readonly pump: EmbeddingPump;
}

/**
 * The vectors that serve, and those of a new embedder while they are on their way. A generation that was replaced
 * stays until nobody embeds queries by its embedder any more.
 */
export class VectorsKeeper {
  readonly #parts: VectorsKeeperParts;
  #serving: Growing;
  #successor: Growing | undefined;
  readonly #retired = new Map<string, Growing>();

  constructor(parts: VectorsKeeperParts) {
    this.#parts = parts;
    const { target, previous, base } = parts;
    const noted = { serving: previous ?? target, next: previous === undefined ? null : target };
    writeServing(base, noted);
    sweepFiles(base, noted);
    this.#serving = this.#open(previous ?? target);
    if (previous !== undefined) this.#successor = this.#open(target);
  }

  get serving(): VectorGeneration {
    return this.#serving.generation;
  }

  get rebuilding(): VectorGeneration | undefined {
    return this.#successor?.generation;
  }

  /** Whether every document has its vectors. */
  get settled(): boolean {
    const isSettled = ({ generation, pump }: Growing) => generation.settled && !pump.busy;
    return isSettled(this.#serving) && (this.#successor === undefined || isSettled(this.#successor));
  }

  /** The generation whose embedder made a query. */
  of(embedder: string): VectorGeneration | undefined {
    const all = [this.#serving, this.#successor, this.#retired.get(embedder)];
    return all.find((growing) => growing?.generation.embedder.id === embedder)?.generation;
  }

  /** Reads stored vectors for at most so long. */
  load(milliseconds: number): void {
    const end = performance.now() + milliseconds;
    while (performance.now() < end && this.#serving.generation.load());
  }

  added(number: number): void {
    for (const { generation } of this.#growing()) generation.queue.add(number);
  }

  removed(number: number): void {
    for (const { generation } of this.#growing()) generation.remove(number);
  }

  want(number: number): void {
    for (const { generation } of this.#growing()) generation.queue.want(number);
  }

  renumbered(): void {
    for (const { generation } of this.#growing()) generation.queue.restart();
  }

  /** A short piece of work for each. @returns whether there is more */
  work(): boolean {
    let more = false;
    for (const { generation, pump } of this.#growing()) {
      if (pump.work()) more = true;
      if (generation.work()) more = true;
    }
    this.#switchIfComplete();
    return more;
  }

  /** Forgets the vectors of an embedder that serves no more. */
  async release(embedder: string): Promise<void> {
    const retired = this.#retired.get(embedder);
    if (retired === undefined) return;
    this.#retired.delete(embedder);
    await retired.generation.close(this.#parts.catalogue);
    await VectorGeneration.delete(this.#parts.base, retired.generation.embedder);
  }

  /** Says what went wrong with saving. */
  async close(document: number): Promise<string[]> {
    const problems: string[] = [];
    const seen = { ...this.#parts.catalogue, document };
    for (const { generation, pump } of [...this.#growing(), ...this.#retired.values()]) {
      pump.stop();
      const problem = await generation.close(seen);
      if (problem !== null) problems.push(`the graph of ${generation.embedder.id} was not saved: ${problem}`);
    }
    return problems;
  }

  #growing(): readonly Growing[] {
    return this.#successor === undefined ? [this.#serving] : [this.#serving, this.#successor];
  }

  #open(embedder: EmbedderDescription): Growing {
    const { reader, embed, warn, wake } = this.#parts;
    const generation = new VectorGeneration({ ...this.#parts, embedder });
    const ask = (texts: readonly string[]) => embed(embedder.id, texts);
    return { generation, pump: new EmbeddingPump({ generation, reader, embed: ask, warn, wake }) };
  }

  #switchIfComplete(): void {
    const next = this.#successor;
    if (next === undefined || next.pump.busy || !next.generation.complete) return;
    const { base, info, switched } = this.#parts;
    const old = this.#serving;
    old.pump.stop();
    this.#retired.set(old.generation.embedder.id, old);
    this.#serving = next;
    this.#successor = undefined;
    // Now, not when the old ones are gone: a crash in between costs only the deleting.
    writeServing(base, { serving: next.generation.embedder, next: null });
    info(`Search: the vectors by ${next.generation.embedder.id} are complete and serve from now on.`);
    switched(next.generation.embedder.id);
  }
}
