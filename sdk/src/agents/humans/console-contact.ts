import { clearLine, createInterface, cursorTo, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Contact, Ending, Listener, Notice, OpenContact, Question, Taken } from "./contact.ts";
import { HumanSettingsError, PersonGoneError } from "./errors.ts";
import { humanLimits } from "./limits.ts";
import { quotedLines } from "./shown.ts";

export interface ConsoleStreams {
  /** `process.stdin` by default. */
  readonly input?: Readable;
  /** `process.stdout` by default. */
  readonly output?: Writable;
  /** Somebody types here, seeing the questions: what was typed before a question is no answer to it. Both are terminals, unless told. */
  readonly terminal?: boolean;
}

/** Lines of one input would go now to this person, now to that. */
const inUse = new WeakSet<Readable>();

const VERBS = {
  chat: "says",
  request: "asks for",
  query: "asks",
  permission: "asks for permission",
} as const;
const WHY_NOT: Record<Exclude<Taken, "taken">, string> = {
  unknown: "(nobody waits for this answer any more)",
  empty: "",
  "too-long": `(longer than ${humanLimits.answerCharacters} characters; not sent)`,
};
const ENDINGS: Record<Exclude<Ending, "answered" | "gone">, string> = {
  withdrawn: "(no answer is needed any more)",
  "timed-out": "(too late: the question was withdrawn)",
};

/** A person at a terminal, or a pipe that stands for one: one question at a time, one line for each answer. */
export function consoleContact(streams: ConsoleStreams = {}): Contact {
  const { input = process.stdin, output = process.stdout } = streams;
  const terminal = streams.terminal ?? (isTerminal(input) && isTerminal(output));
  return {
    atOnce: 1,
    open: async (listener) => {
      if (inUse.has(input))
        throw new HumanSettingsError("the console", ["another person reads this input already"]);
      return new OpenConsole({ input, output, terminal }, listener);
    },
  };
}

class OpenConsole implements OpenContact {
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #terminal: boolean;
  readonly #listener: Listener;
  readonly #lines: Interface;
  /** Of a pipe: read with its last chunk, and not asked for yet. */
  readonly #ahead: string[] = [];
  #question: Question | undefined;
  /** The question before was withdrawn under the person's hands: what is typed up to Enter was meant for that one. */
  #discarding = false;
  #ended = false;

  constructor({ input, output, terminal }: Required<ConsoleStreams>, listener: Listener) {
    this.#input = input;
    this.#output = output;
    this.#terminal = terminal;
    this.#listener = listener;
    inUse.add(input);
    this.#lines = createInterface({ input, output, terminal, historySize: 0, prompt: "> " });
    this.#lines.on("line", (line) => this.#heard(line));
    this.#lines.on("close", () => this.#end());
    this.#lines.on("SIGINT", () => {
      this.#lines.close();
      // In raw mode, the terminal leaves it to us: Ctrl-C ends the program, as everywhere.
      if (input === process.stdin) process.kill(process.pid, "SIGINT");
    });
    // An idle pipe does not keep the program alive. A terminal is read on, so that nothing piles up for the next question.
    if (!terminal) this.#lines.pause();
  }

  show(question: Question): void {
    this.#question = question;
    if (this.#discarding) return;
    this.#print(question);
    if (!this.#terminal) this.#readAhead();
  }

  closed(_: Question, ending: Ending): void {
    this.#question = undefined;
    if (!this.#terminal && !this.#ended) this.#lines.pause();
    if (ending === "answered" || ending === "gone" || this.#discarding) return;
    this.#write(`\n${ENDINGS[ending]}`);
    if (!this.#terminal) return;
    this.#discarding = true;
    this.#write("(press Enter to go on)");
  }

  tell({ from, text }: Notice): void {
    const prompted = this.#terminal && this.#question !== undefined;
    if (prompted) {
      cursorTo(this.#output, 0);
      clearLine(this.#output, 1);
    }
    this.#write(`${from} informs you:\n${quotedLines(text)}`);
    if (prompted) this.#lines.prompt(true);
  }

  async close(): Promise<void> {
    this.#lines.close();
  }

  #heard(line: string): void {
    if (this.#discarding) {
      this.#discarding = false;
      if (this.#question !== undefined) this.#print(this.#question);
    } else if (this.#question !== undefined) this.#answer(this.#question, line);
    else if (this.#terminal) this.#write("(nobody has asked anything)");
    else this.#ahead.push(line);
  }

  #answer({ id }: Question, line: string): void {
    const taken = this.#listener.answer(id, line);
    if (taken === "taken") return;
    if (taken !== "empty") this.#write(WHY_NOT[taken]);
    if (this.#terminal) this.#lines.prompt();
  }

  #print({ from, kind, text, note }: Question): void {
    this.#write(`${note === undefined ? "" : `(${note})\n`}${from} ${VERBS[kind]}:\n${quotedLines(text)}`);
    if (kind === "permission") this.#write("Yes or no?");
    if (this.#terminal) this.#lines.prompt();
  }

  /** Answers from what was read already, then from the pipe. */
  #readAhead(): void {
    while (this.#question !== undefined) {
      const line = this.#ahead.shift();
      if (line === undefined) break;
      this.#answer(this.#question, line);
    }
    if (this.#question === undefined) return;
    if (this.#ended) this.#gone();
    else this.#lines.resume();
  }

  #end(): void {
    this.#ended = true;
    inUse.delete(this.#input);
    // Lines that came before the end answer the questions that are still to come.
    if (this.#ahead.length === 0) this.#gone();
  }

  #gone(): void {
    this.#listener.gone(new PersonGoneError("The console's input has ended"));
  }

  #write(text: string): void {
    if (!this.#output.writableEnded && !this.#output.destroyed) this.#output.write(`${text}\n`);
  }
}

function isTerminal(stream: Readable | Writable): boolean {
  return "isTTY" in stream && stream.isTTY === true;
}
