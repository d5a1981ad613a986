import { isIPv4, isIPv6 } from "node:net";
import type { Json } from "@action-collective/protocol";
import { Redactor } from "../policy/redact.ts";
import { BLOTTED, isSecretName, withoutCredentials } from "./credentials.ts";
import { Pseudonyms } from "./pseudonyms.ts";

/** What of this machine a report must not show. */
export interface Identity {
  /** The folder that is the user's own, e.g. `/home/ada`. */
  readonly userFolder: string;
  /** Others that say who somebody is or works for, by what stands in their place. */
  readonly folders: Readonly<Record<string, string>>;
  readonly userName: string;
  readonly hostName: string;
  /** Values that must not survive in any encoding, by what stands in their place. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Names that a thousand machines share tell nothing, and stand all over honest text. */
const COMMON_NAMES = new Set([
  ...[
    "root",
    "user",
    "admin",
    "node",
    "app",
    "ubuntu",
    "debian",
    "runner",
    "localhost",
    "host",
    "peer",
    "home",
  ],
  ...[
    "collective",
    "action",
    "actions",
    "test",
    "dev",
    "guest",
    "nobody",
    "docker",
    "vagrant",
    "linux",
    "main",
  ],
]);
/** A shorter name is found in every second word. In paths it is replaced all the same. */
const LEAST_NAME = 3;

const PEER_ID =
  /\b(?:12D3KooW[1-9A-HJ-NP-Za-km-z]{44}|16Uiu2HA[1-9A-HJ-NP-Za-km-z]{45,46}|Qm[1-9A-HJ-NP-Za-km-z]{44}|k51[a-z0-9]{50,})\b/g;
const NAMED_HOST = /(\/dns(?:4|6|addr)?\/)([^/\s"']+)/g;
const URL_HOST = /\b([a-z][a-z0-9+.-]{1,20}:\/\/)(\[[0-9a-f:.%]+\]|[^\s/:?#"'<>[\]@]+)/gi;
const URL_REST = /\b((?:https?|wss?):\/\/[^\s?#"'<>]{1,2048})[?#][^\s"'<>]*/gi;
/** As a resolver that finds nothing says it. */
const SOUGHT_HOST = /\b((?:ENOTFOUND|EAI_AGAIN|ENODATA|ESERVFAIL|ETIMEOUT) )([\p{L}\p{N}._-]{1,253})/gu;
const MAIL = /\b[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+\b/g;
const IPV4_RUN = /(?<![0-9.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9]|\.[0-9])/g;
const IPV6_RUN = /(?<![0-9A-Za-z:.])(?:[0-9A-Fa-f]{0,4}:){2,}[0-9A-Fa-f:.]*[0-9A-Fa-f]?(?:%[0-9A-Za-z]+)?/g;
/** `/home/NAME`, `/Users/NAME`, `C:\Users\NAME`, as they are and as JSON writes them. */
const HOME_OF_SOMEBODY = /((?:\/home\/|\/Users\/|[\\/]Users[\\/]{1,2}))([^/\\\s"':]+)/g;
/** They say nothing of where a machine is. */
const SAID_ANYWAY = /^(?:127\.|0\.0\.0\.0$|::1$|::$|255\.255\.255\.255$)/;
/** Hosts that everybody knows. */
const PUBLIC_HOSTS = new Set(["localhost", "api.openai.com", "registry.npmjs.org", "github.com"]);

/**
 * Makes texts of this machine fit to be shown to strangers: credentials go, peers, addresses and names of hosts get
 * made-up names that stay the same throughout, and the user's folder and name and the machine's name go. Pure.
 */
export class ReportRedactor {
  readonly #secrets: Redactor;
  readonly #peers = new Pseudonyms("peer");
  readonly #addresses = new Pseudonyms("addr");
  readonly #names = new Pseudonyms("name");
  readonly #folders: readonly { readonly pattern: RegExp; readonly shown: string }[];
  readonly #people: readonly { readonly pattern: RegExp; readonly shown: string }[];
  #blotted = 0;

  constructor(identity: Identity) {
    this.#secrets = new Redactor(identity.secrets);
    this.#folders = Object.entries({ ...identity.folders, [identity.userFolder]: "~" })
      .map(([path, shown]) => ({ path: path.replace(/[\\/]+$/, ""), shown }))
      // "/" is nobody's own.
      .filter(({ path }) => path !== "")
      // A folder in another goes first.
      .toSorted((a, b) => b.path.length - a.path.length)
      .flatMap(({ path, shown }) =>
        [...new Set([path, JSON.stringify(path).slice(1, -1)])].map((form) => ({
          pattern: new RegExp(`${literal(form)}(?![\\p{L}\\p{N}_-])`, "gu"),
          shown,
        })),
      );
    this.#people = [
      { name: identity.hostName, shown: "this-host" },
      { name: identity.hostName.split(".")[0] ?? "", shown: "this-host" },
      { name: identity.userName, shown: "the-user" },
    ]
      .filter(({ name }) => name.length >= LEAST_NAME && !COMMON_NAMES.has(name.toLowerCase()))
      .map(({ name, shown }) => ({ pattern: wholeWord(name), shown }));
  }

  /** What was left out or renamed, one line a kind, for people. */
  leftOut(): string[] {
    const count = (number: number, what: string) => (number === 0 ? [] : [`${what}: ${number}`]);
    return [
      ...count(this.#blotted, "texts with credentials blotted out"),
      ...count(this.#peers.size, "peer ids, as peer-1, peer-2, …"),
      ...count(this.#addresses.size, "IP addresses, as addr-1, addr-2, …"),
      ...count(this.#names.size, "host names, as name-1, name-2, …"),
      "your folder (as ~), the peer's home, this folder, your user name and this machine's name",
    ];
  }

  text(text: string): string {
    const known = this.#secrets.text(text);
    const clean = withoutCredentials(known);
    if (clean !== text) this.#blotted++;
    return this.#withoutPeople(this.#withoutPlaces(clean));
  }

  /** The same value with every text in it cleaned, keys included; a field whose name says "secret" loses its value. */
  json(value: Json): Json {
    if (typeof value === "string") return this.text(value);
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => this.json(item));
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [this.text(key), this.#field(key, item)]),
    );
  }

  #field(key: string, item: Json): Json {
    if (typeof item !== "string" || item === "" || !isSecretName(key)) return this.json(item);
    this.#blotted++;
    return BLOTTED;
  }

  #withoutPlaces(text: string): string {
    return text
      .replace(PEER_ID, (id) => this.#peers.of(id))
      .replace(URL_REST, "$1")
      .replace(MAIL, "[mail address]")
      .replace(URL_HOST, (_, scheme: string, host: string) => `${scheme}${this.#host(host)}`)
      .replace(SOUGHT_HOST, (_, code: string, host: string) => `${code}${this.#host(host)}`)
      .replace(NAMED_HOST, (_, protocol: string, host: string) => `${protocol}${this.#host(host)}`)
      .replace(IPV6_RUN, (run) => this.#ipv6(run))
      .replace(IPV4_RUN, (run) => (isIPv4(run) ? this.#address(run) : run));
  }

  #host(host: string): string {
    const bare = host.replace(/^\[|\]$/g, "");
    if (isIPv4(bare) || isIPv6(bare)) return host.replace(bare, this.#address(bare));
    return PUBLIC_HOSTS.has(bare.toLowerCase()) || /^(?:addr|name|peer)-\d+$/.test(bare)
      ? host
      : this.#names.of(bare.toLowerCase());
  }

  /** A colon at the end belongs to the sentence, unless there are two. */
  #ipv6(run: string): string {
    const bare = isIPv6(run) ? run : run.replace(/[:.]$/, "");
    return isIPv6(bare) ? `${this.#address(bare)}${run.slice(bare.length)}` : run;
  }

  #address(address: string): string {
    return SAID_ANYWAY.test(address) ? address : this.#addresses.of(address.toLowerCase());
  }

  #withoutPeople(text: string): string {
    let clean = text;
    for (const { pattern, shown } of this.#folders) clean = clean.replace(pattern, shown);
    clean = clean.replace(HOME_OF_SOMEBODY, "$1the-user");
    for (const { pattern, shown } of this.#people) clean = clean.replace(pattern, shown);
    return clean;
  }
}

function wholeWord(name: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])${literal(name)}(?![\\p{L}\\p{N}])`, "giu");
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
