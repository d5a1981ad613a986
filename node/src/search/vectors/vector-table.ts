import { HashSlots } from "../words/hash-slots.ts";
import { NumberList, NumberMap } from "../words/numbers.ts";
import { CodeMemory } from "./code-memory.ts";

/**
 * The vectors of one embedder, by row, and which documents have them. Identical vectors are one row, whatever texts they
 * come from: a graph full of identical points links them to each other and to nothing else, and its recall collapses.
 */
export class VectorTable {
  readonly codes: CodeMemory;
  /** The label under which the database and the graph know a row; 0 where the row is free. */
  readonly #labels = new NumberList();
  readonly #rowOfLabel = new NumberMap();
  readonly #rowOf = new NumberMap();
  /** The only document of a row, or 0. */
  readonly #single = new NumberList();
  /** All documents of rows that have several, in growing order. */
  readonly #several = new Map<number, number[]>();
  /** Further labels of rows that several texts came to. */
  readonly #aliases = new Map<number, number[]>();
  readonly #byCodes = new HashSlots();
  readonly #free: number[] = [];
  #unused = 0;

  constructor(dimensions: number) {
    this.codes = new CodeMemory(dimensions);
  }

  /** Rows, free ones included. */
  get rows(): number {
    return this.#labels.length;
  }

  /** Documents that have a vector. */
  get documents(): number {
    return this.#rowOf.size;
  }

  /** Rows that no document has (any more). */
  get unused(): number {
    return this.#unused;
  }

  labelOf(row: number): number {
    return this.#labels.at(row);
  }

  rowOfLabel(label: number): number | undefined {
    return this.#rowOfLabel.get(label);
  }

  rowOf(number: number): number | undefined {
    return this.#rowOf.get(number);
  }

  isUsed(row: number): boolean {
    return this.#single.at(row) !== 0 || this.#several.has(row);
  }

  /** The documents of a row, lowest number first. */
  documentsOf(row: number): readonly number[] {
    const single = this.#single.at(row);
    if (single !== 0) return [single];
    return this.#several.get(row) ?? [];
  }

  /** Takes a vector in. @returns its row */
  add(label: number, codes: Int8Array): number {
    const known = this.#rowOfLabel.get(label);
    if (known !== undefined) return known;
    const hash = hashOf(codes);
    const twin = this.#byCodes.find(hash, (row) => this.codes.equals(row, codes));
    if (twin >= 0) {
      this.#rowOfLabel.set(label, twin);
      this.#aliases.set(twin, [...(this.#aliases.get(twin) ?? []), label]);
      return twin;
    }
    const row = this.#free.pop() ?? this.#newRow();
    this.codes.set(row, codes);
    this.#labels.set(row, label);
    this.#rowOfLabel.set(label, row);
    this.#byCodes.insert(hash, row);
    this.#unused += 1;
    return row;
  }

  /** Gives a row to a document that has none. @returns whether the row had no document before */
  link(number: number, row: number): boolean {
    if (this.#rowOf.has(number)) return false;
    this.#rowOf.set(number, row);
    const single = this.#single.at(row);
    const several = this.#several.get(row);
    if (several !== undefined) insertSorted(several, number);
    else if (single === 0) {
      this.#single.set(row, number);
      this.#unused -= 1;
      return true;
    } else {
      this.#single.set(row, 0);
      this.#several.set(row, single < number ? [single, number] : [number, single]);
    }
    return false;
  }

  /** Takes the row from a document. @returns the row if nobody has it now */
  unlink(number: number): number | undefined {
    const row = this.#rowOf.get(number);
    if (row === undefined) return undefined;
    this.#rowOf.delete(number);
    const several = this.#several.get(row);
    if (several === undefined) {
      this.#single.set(row, 0);
      this.#unused += 1;
      return row;
    }
    several.splice(searchSorted(several, number), 1);
    if (several.length === 1) {
      this.#single.set(row, several[0] as number);
      this.#several.delete(row);
    }
    return undefined;
  }

  /** All labels that lead to a row. */
  labelsOf(row: number): readonly number[] {
    return [this.#labels.at(row), ...(this.#aliases.get(row) ?? [])];
  }

  /** Frees a row that nobody has. */
  free(row: number): void {
    if (this.isUsed(row) || this.#labels.at(row) === 0) return;
    for (const label of this.labelsOf(row)) this.#rowOfLabel.delete(label);
    this.#aliases.delete(row);
    this.#byCodes.remove(hashOf(this.codes.codesOf(row)), row);
    this.#labels.set(row, 0);
    this.#free.push(row);
    this.#unused -= 1;
  }

  #newRow(): number {
    this.#single.push(0);
    return this.#labels.push(0);
  }
}

function searchSorted(numbers: readonly number[], number: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] as number) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

function insertSorted(numbers: number[], number: number): void {
  numbers.splice(searchSorted(numbers, number), 0, number);
}

/** FNV-1a. Whoever makes vectors collide makes them equal first, and equal ones are one row. */
function hashOf(codes: Int8Array): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < codes.length; at++) value = Math.imul(value ^ (codes[at] as number), 0x01000193);
  return (value ^ (value >>> 15)) >>> 0;
}
