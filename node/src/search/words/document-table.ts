import { NumberList, NumberMap } from "./numbers.ts";
import { TextStore } from "./text-store.ts";

/**
 * The documents of an index, by slot: small numbers in the order of arrival, by which postings speak of them. A slot
 * is never used again; the slots of documents that went are dead until the index is made anew.
 */
export class DocumentTable {
  /** 0 where the document has gone. */
  readonly numbers: NumberList;
  readonly ids: TextStore;
  readonly #slots = new NumberMap();

  constructor(numbers = new NumberList(), ids = new TextStore()) {
    this.numbers = numbers;
    this.ids = ids;
    numbers.view().forEach((number, slot) => {
      if (number !== 0) this.#slots.set(number, slot);
    });
  }

  /** Living documents. */
  get size(): number {
    return this.#slots.size;
  }

  /** Dead ones included. */
  get slots(): number {
    return this.numbers.length;
  }

  lives(slot: number): boolean {
    return this.numbers.at(slot) !== 0;
  }

  add(number: number, id: string): number {
    const slot = this.numbers.push(number);
    this.ids.append(id);
    this.#slots.set(number, slot);
    return slot;
  }

  remove(number: number): void {
    const slot = this.#slots.get(number);
    if (slot === undefined) return;
    this.ids.forget(slot);
    this.numbers.set(slot, 0);
    this.#slots.delete(number);
  }

  slotOf(number: number): number | undefined {
    return this.#slots.get(number);
  }

  slotOfId(id: string): number | undefined {
    const slot = this.ids.find(id);
    return slot < 0 ? undefined : slot;
  }
}
