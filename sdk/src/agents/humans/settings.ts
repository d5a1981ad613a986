import { isPlainObject } from "@action-collective/protocol";
import { HumanSettingsError } from "./errors.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads settings from plain JSON, and collects all that is wrong with them. */
export class SettingsReader {
  readonly #what: string;
  readonly #path: string;
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #environment: Environment;
  readonly #problems: string[];
  readonly #known = new Set<string>();
  readonly #parts: SettingsReader[] = [];

  constructor(what: string, settings: unknown, environment: Environment, path = "", problems: string[] = []) {
    this.#what = what;
    this.#path = path;
    this.#environment = environment;
    this.#problems = problems;
    this.#fields = isPlainObject(settings) ? settings : {};
    if (!isPlainObject(settings)) problems.push(`${path === "" ? "they are" : `\`${path}\` is`} no object`);
  }

  string(name: string): string | undefined {
    const value = this.#field(name);
    if (value === undefined || typeof value === "string") return value;
    return this.#wrong(name, "is no text");
  }

  /** Empty where it is missing, which `done` tells of. */
  needed(name: string): string {
    const value = this.string(name);
    if (value === undefined && this.#fields[name] === undefined) this.#wrong(name, "is missing");
    return value ?? "";
  }

  whole(name: string, least: number, most: number): number | undefined {
    const value = this.#field(name);
    if (value === undefined) return undefined;
    if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
    return this.#wrong(name, `is no whole number from ${least} to ${most}`);
  }

  /** Given in seconds, returned in milliseconds. At most 24 days, the longest that a timer holds. */
  seconds(name: string): number | undefined {
    const value = this.whole(name, 1, 24 * 24 * 3_600);
    return value === undefined ? undefined : value * 1_000;
  }

  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const value = this.#field(name);
    if (value === undefined) return undefined;
    return (
      choices.find((choice) => choice === value) ?? this.#wrong(name, `is none of ${choices.join(", ")}`)
    );
  }

  strings(name: string): readonly string[] {
    const value = this.#field(name) ?? [];
    if (Array.isArray(value) && value.length <= 64 && value.every((each) => typeof each === "string"))
      return value;
    this.#wrong(name, "is no list of at most 64 texts");
    return [];
  }

  /** What the environment variable holds that is named there: secrets stand in no file. */
  secret(name: string): string | undefined {
    const variable = this.string(name);
    if (variable === undefined) return undefined;
    const value = this.#environment[variable];
    if (value !== undefined && value !== "") return value;
    return this.#wrong(name, `names the environment variable "${variable.slice(0, 64)}", which is not set`);
  }

  part(name: string): SettingsReader {
    const path = this.#name(name);
    const part = new SettingsReader(this.#what, this.#field(name), this.#environment, path, this.#problems);
    this.#parts.push(part);
    return part;
  }

  /** @throws {HumanSettingsError} with everything that was wrong, misspelt names included */
  done(): void {
    this.#findUnknown();
    if (this.#problems.length > 0) throw new HumanSettingsError(this.#what, this.#problems);
  }

  #findUnknown(): void {
    for (const name of Object.keys(this.#fields))
      if (!this.#known.has(name)) this.#wrong(name.slice(0, 64), "is no such setting");
    for (const part of this.#parts) part.#findUnknown();
  }

  #field(name: string): unknown {
    this.#known.add(name);
    return this.#fields[name];
  }

  #name(name: string): string {
    return this.#path === "" ? name : `${this.#path}.${name}`;
  }

  #wrong(name: string, problem: string): undefined {
    this.#problems.push(`\`${this.#name(name)}\` ${problem}`);
  }
}
