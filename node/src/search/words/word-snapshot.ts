import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { WordFileError } from "../errors.ts";
import { DocumentTable } from "./document-table.ts";
import { NumberList } from "./numbers.ts";
import { CHUNK_NUMBERS, Postings } from "./postings.ts";
import { CHUNK_BYTES, TextStore } from "./text-store.ts";
import { WORD_RULE } from "./word-fields.ts";
import { type Position, WordIndex } from "./word-index.ts";

/** Raise when the meaning of anything in the file changes. */
const FORMAT = 1;
/** At the very end: the length of the contents before it, and a checksum over them. */
const TRAILER_BYTES = 8;
/** No list of contents is longer: 16 bytes for each of 65,000 chunks, with room. */
const MAX_CONTENTS_BYTES = 8 << 20;
const CHECKED_AT_ONCE = 1 << 20;

/** Which catalogue an index was made from, and up to where that catalogue goes. */
export interface CatalogueState extends Position {
  readonly generation: string;
}

interface Contents {
  readonly format: number;
  readonly rule: number;
  readonly generation: string;
  readonly position: Position;
  readonly postingsUsed: number;
  readonly idsUsed: number;
  readonly termsUsed: number;
  /** Bytes of each section, in order. */
  readonly sections: readonly number[];
  readonly checksum: number;
}

/**
 * Writes the index as it is at the call, while it goes on growing: what is in its arrays does not change any more. The
 * file is replaced when the new one is whole and on disk.
 */
export async function saveWords(index: WordIndex, generation: string, file: string): Promise<void> {
  const { documents, terms, postings, mostImpacts, position } = index.parts;
  const numbers = documents.numbers.copy();
  const most = mostImpacts.copy();
  const frozen = { ids: documents.ids.freeze(), terms: terms.freeze(), postings: postings.freeze() };
  const { heads } = frozen.postings;
  const lists = [
    numbers,
    frozen.ids.places.starts,
    frozen.ids.places.lengths,
    frozen.terms.places.starts,
    frozen.terms.places.lengths,
    most,
    heads.heads,
    heads.cursors,
    heads.ends,
    heads.counts,
  ].map(bytesOf);
  const chunks = [
    frozen.ids.chunks.map(bytesOf),
    frozen.terms.chunks.map(bytesOf),
    frozen.postings.chunks.map(bytesOf),
  ];
  const temporary = `${file}.tmp`;
  const handle = await open(temporary, "w");
  try {
    const contents = {
      format: FORMAT,
      rule: WORD_RULE,
      generation,
      position,
      postingsUsed: heads.used,
      idsUsed: frozen.ids.places.used,
      termsUsed: frozen.terms.places.used,
      sections: [...lists.map(({ length }) => length), ...chunks.map(({ length }) => length)],
    };
    await write(handle, [...lists, ...chunks.flat()], contents);
    await handle.sync();
  } catch (error) {
    await handle.close();
    await rm(temporary, { force: true });
    throw error;
  }
  await handle.close();
  await rename(temporary, file);
  const folder = await open(dirname(file), "r");
  await folder.sync().finally(() => folder.close());
}

async function write(
  handle: FileHandle,
  parts: readonly Uint8Array[],
  contents: Omit<Contents, "checksum">,
): Promise<void> {
  let checksum = 0;
  for (const part of parts) {
    // A copy: what is being added to it now must not come between the checksum and the disk.
    const bytes = part.slice();
    checksum = crc32(bytes, checksum);
    await handle.appendFile(bytes);
  }
  const text = JSON.stringify({ ...contents, checksum });
  const trailer = Buffer.alloc(TRAILER_BYTES);
  trailer.writeUInt32LE(Buffer.byteLength(text));
  // The contents vouch for the arrays, this for the contents.
  trailer.writeUInt32LE(crc32(text), 4);
  const last = Buffer.concat([Buffer.from(text), trailer]);
  await handle.appendFile(last);
}

/**
 * The index that was saved, or undefined where there is none.
 * @throws WordFileError if there is one that cannot be used
 */
export function loadWords(file: string, catalogue: CatalogueState): WordIndex | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return read(descriptor, file, catalogue);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Reads a saved index without taking it in: whether it is what was written.
 * @throws WordFileError if it is not
 */
export function checkWords(file: string): void {
  const descriptor = openSync(file, "r");
  try {
    const { checksum, format } = readContents(descriptor, file);
    if (format !== FORMAT) throw new WordFileError(file, "is of another version");
    let left = contentsStart(descriptor);
    let actual = 0;
    const part = Buffer.alloc(Math.min(left, CHECKED_AT_ONCE));
    for (let at = 0; left > 0; ) {
      const count = readSync(descriptor, part, 0, Math.min(left, part.length), at);
      if (count === 0) throw new WordFileError(file, "is too short");
      actual = crc32(part.subarray(0, count), actual);
      at += count;
      left -= count;
    }
    if (actual !== checksum) throw new WordFileError(file, "is damaged (its checksum differs)");
  } finally {
    closeSync(descriptor);
  }
}

function read(descriptor: number, file: string, catalogue: CatalogueState): WordIndex {
  const contents = readContents(descriptor, file);
  const { format, rule, generation, position, sections } = contents;
  if (format !== FORMAT || rule !== WORD_RULE) throw new WordFileError(file, "is of another version");
  if (generation !== catalogue.generation) throw new WordFileError(file, "belongs to another catalogue");
  if (position.document > catalogue.document || position.removal > catalogue.removal)
    throw new WordFileError(file, "knows more than the catalogue, which must have been put back");
  let checksum = 0;
  const fill = <Part extends Uint8Array | Uint32Array>(part: Part): Part => {
    const bytes = bytesOf(part);
    if (readSync(descriptor, bytes) !== bytes.length) throw new WordFileError(file, "is too short");
    checksum = crc32(bytes, checksum);
    return part;
  };
  const list = (section: number) => fill(new Uint32Array((sections[section] ?? 0) / 4));
  const numbers = list(0);
  const idPlaces = { starts: list(1), lengths: list(2), used: contents.idsUsed };
  const termPlaces = { starts: list(3), lengths: list(4), used: contents.termsUsed };
  const mostImpacts = list(5);
  const heads = {
    heads: list(6),
    cursors: list(7),
    ends: list(8),
    counts: list(9),
    used: contents.postingsUsed,
  };
  const texts = (section: number) =>
    Array.from({ length: sections[section] ?? 0 }, () => fill(new Uint8Array(CHUNK_BYTES)));
  const idChunks = texts(10);
  const termChunks = texts(11);
  const chunks = Array.from({ length: sections[12] ?? 0 }, () => fill(new Uint32Array(CHUNK_NUMBERS)));
  if (checksum !== contents.checksum) throw new WordFileError(file, "is damaged (its checksum differs)");
  const ids = TextStore.thaw(idPlaces, idChunks, (slot) => numbers[slot] !== 0);
  return new WordIndex({
    documents: new DocumentTable(new NumberList(numbers), ids),
    terms: TextStore.thaw(termPlaces, termChunks, () => true),
    postings: new Postings(heads, chunks),
    mostImpacts: new NumberList(mostImpacts),
    position,
  });
}

function readContents(descriptor: number, file: string): Contents {
  const { size } = fstatSync(descriptor);
  const trailer = Buffer.alloc(TRAILER_BYTES);
  readSync(descriptor, trailer, 0, TRAILER_BYTES, Math.max(0, size - TRAILER_BYTES));
  const length = trailer.readUInt32LE();
  const start = size - TRAILER_BYTES - length;
  if (start < 0 || length > MAX_CONTENTS_BYTES) throw new WordFileError(file, "is cut short");
  const text = Buffer.alloc(length);
  readSync(descriptor, text, 0, length, start);
  if (crc32(text) !== trailer.readUInt32LE(4))
    throw new WordFileError(file, "is damaged (its checksum differs)");
  try {
    const contents = JSON.parse(text.toString()) as Contents;
    const { sections, position } = contents;
    if (!Array.isArray(sections) || !Number.isInteger(position.document)) throw new Error("contents");
    const bytes = sections.slice(0, 10).reduce((total: number, one: number) => total + one, 0);
    const blocks = sections
      .slice(10, 12)
      .reduce((total: number, one: number) => total + one * CHUNK_BYTES, 0);
    if (bytes + blocks + (sections[12] ?? 0) * CHUNK_NUMBERS * 4 !== start) throw new Error("length");
    return contents;
  } catch {
    throw new WordFileError(file, "has no readable contents");
  }
}

/** How many bytes stand before the contents. Only of a file whose contents were read. */
function contentsStart(descriptor: number): number {
  const { size } = fstatSync(descriptor);
  const trailer = Buffer.alloc(TRAILER_BYTES);
  readSync(descriptor, trailer, 0, TRAILER_BYTES, size - TRAILER_BYTES);
  return size - TRAILER_BYTES - trailer.readUInt32LE();
}

function bytesOf(part: Uint8Array | Uint32Array): Uint8Array {
  return new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
}
