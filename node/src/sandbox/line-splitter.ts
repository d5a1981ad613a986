/** What a process wrote, line by line: frames carry the token that only our realm was told. */
export type OutputLine = { kind: "frame"; json: string } | { kind: "noise"; text: string };

export interface SplitterOptions {
  /** Undefined: everything is noise (stderr). */
  readonly token?: string;
  readonly mostFrameBytes: number;
  readonly mostNoiseBytes: number;
}

/** A stream passed its bound; nothing more of it is read. */
export class TooMuchOutput extends Error {
  readonly of: "frame" | "noise";
  constructor(of: "frame" | "noise") {
    super(`too much output: ${of}`);
    this.of = of;
  }
}

const NEWLINE = 10;

/** Cuts a byte stream into lines without ever holding more than the bounds allow. */
export class LineSplitter {
  readonly #options: SplitterOptions;
  readonly #token: Buffer | undefined;
  #parts: Buffer[] = [];
  #held = 0;
  #noise = 0;

  constructor(options: SplitterOptions) {
    this.#options = options;
    this.#token = options.token === undefined ? undefined : Buffer.from(options.token);
  }

  /** @throws {TooMuchOutput} */
  push(chunk: Buffer): OutputLine[] {
    const lines: OutputLine[] = [];
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      this.#hold(chunk.subarray(from, end));
      this.#flush(lines);
      from = end + 1;
    }
    this.#hold(chunk.subarray(from));
    return lines;
  }

  /** The last line, when the stream ended without a newline. */
  end(): OutputLine[] {
    const lines: OutputLine[] = [];
    this.#flush(lines);
    return lines;
  }

  #hold(part: Buffer): void {
    if (part.length === 0) return;
    this.#parts.push(part);
    this.#held += part.length;
    const { mostFrameBytes, mostNoiseBytes } = this.#options;
    if (this.#held <= Math.min(mostFrameBytes, mostNoiseBytes - this.#noise)) return;
    if (this.#isFrame()) {
      if (this.#held > mostFrameBytes) throw new TooMuchOutput("frame");
    } else if (this.#noise + this.#held > mostNoiseBytes) throw new TooMuchOutput("noise");
  }

  #flush(lines: OutputLine[]): void {
    if (this.#held === 0) return;
    const isFrame = this.#isFrame();
    const text = Buffer.concat(this.#parts).toString("utf8");
    if (!isFrame) this.#noise += this.#held;
    this.#parts = [];
    this.#held = 0;
    lines.push(
      isFrame ? { kind: "frame", json: text.slice(this.#options.token?.length) } : { kind: "noise", text },
    );
  }

  #isFrame(): boolean {
    const token = this.#token;
    if (token === undefined || this.#held < token.length) return false;
    const first = this.#parts[0];
    const head = first !== undefined && first.length >= token.length ? first : Buffer.concat(this.#parts);
    return head.subarray(0, token.length).equals(token);
  }
}
