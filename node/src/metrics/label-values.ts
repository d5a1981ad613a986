import { MAX_LABEL_CHARACTERS, MAX_LABEL_VALUES, MAX_WORD_CHARACTERS } from "./limits.ts";

const PROTOCOL = /^(?:(?:in|out)bound )?(?:\/[a-z0-9._-]+)+(?: (?:sent|received))?$/;
/** The id of a peer in small letters (base 36, base 32); in others' letters it is no protocol in the first place. */
const LONG_ID = /[a-z0-9]{45,}/;
const WORD = /^[A-Za-z0-9_]+(?: (?:sent|received))?$/;
/** What a TCP listener puts before what it counts: `127.0.0.1:4010 connection`, or nothing after it. */
const LISTENER = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[?[0-9a-f:.]*:[0-9a-f:.]*\]?):\d{1,5}(?: |$)/i;

/**
 * The values that one label may have. libp2p's parts use words of their own and names of protocols, but some also count
 * by peer, and a listener by its address. Pure but for what it has seen.
 */
export class LabelValues {
  readonly #seen = new Set<string>();

  /** The value to show; undefined: it is counted nowhere. */
  of(value: string): string | undefined {
    const shown = value.replace(LISTENER, "") || "listener";
    const isWord = shown.length <= MAX_WORD_CHARACTERS && WORD.test(shown);
    const isProtocol = shown.length <= MAX_LABEL_CHARACTERS && PROTOCOL.test(shown) && !LONG_ID.test(shown);
    if (!isWord && !isProtocol) return undefined;
    if (!this.#seen.has(shown)) {
      if (this.#seen.size >= MAX_LABEL_VALUES) return undefined;
      this.#seen.add(shown);
    }
    return shown;
  }

  /** The same of a whole group; two values that are shown as one are added up where they are numbers. */
  filter<Value extends number | true>(values: Partial<Record<string, Value>>): Record<string, Value> {
    const kept: Record<string, Value> = {};
    for (const [value, amount] of Object.entries(values)) {
      const shown = this.of(value);
      if (shown === undefined || amount === undefined) continue;
      const before = kept[shown];
      kept[shown] =
        typeof before === "number" && typeof amount === "number" ? ((before + amount) as Value) : amount;
    }
    return kept;
  }
}
