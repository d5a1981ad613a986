import { cleanText } from "@action-collective/protocol";
import { LOG_LINE_CHARACTERS, LOG_LINES } from "./limits.ts";

/** The first lines that a stranger's code wrote, made showable. */
export class LogKeeper {
  readonly #lines: string[] = [];
  #dropped = 0;

  add(text: string): void {
    if (this.#lines.length < LOG_LINES) this.#lines.push(cleanText(text, LOG_LINE_CHARACTERS));
    else this.#dropped++;
  }

  lines(): string[] {
    return this.#dropped === 0 ? [...this.#lines] : [...this.#lines, `… and ${this.#dropped} more lines`];
  }
}
