import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { SystemctlError } from "./errors.ts";
import type { NamespaceSwitches } from "./places.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The start of a service may take seconds, and never this long. */
const TIMEOUT_MS = 30_000;

/** Talks to the user's systemd. */
export class Systemctl {
  readonly #program: string;
  readonly #env: Environment;

  private constructor(program: string, env: Environment) {
    this.#program = program;
    this.#env = env;
  }

  /** Undefined where there is no systemctl on the path. */
  static find(env: Environment): Systemctl | undefined {
    const program = (env.PATH ?? "")
      .split(delimiter)
      .filter((folder) => folder !== "")
      .map((folder) => join(folder, "systemctl"))
      .find((path) => existsSync(path));
    return program === undefined ? undefined : new Systemctl(program, env);
  }

  /** @throws {SystemctlError} */
  async run(...args: readonly string[]): Promise<void> {
    try {
      await this.#execute(args);
    } catch (error) {
      throw new SystemctlError(["--user", ...args], saidOf(error), { cause: error });
    }
  }

  /** The one word that it answers with, e.g. "active"; it says "inactive" with an exit code of its own. */
  async ask(...args: readonly string[]): Promise<string> {
    const word = (text: string) => text.trim().split("\n")[0] ?? "";
    try {
      return word((await this.#execute(args)).stdout) || "unknown";
    } catch (error) {
      const said =
        error instanceof Error && "stdout" in error && typeof error.stdout === "string" ? error.stdout : "";
      return word(said) || "unknown";
    }
  }

  #execute(args: readonly string[]) {
    return promisify(execFile)(this.#program, ["--user", ...args], {
      env: this.#env as NodeJS.ProcessEnv,
      ...{ timeout: TIMEOUT_MS, maxBuffer: 64 * 1024 },
    });
  }
}

/** The kernel's switches for user namespaces. */
export async function namespaceSwitches(): Promise<NamespaceSwitches> {
  const read = (name: string) => readFile(`/proc/sys/${name}`, "utf8").catch(() => undefined);
  const [clone, apparmor, most] = await Promise.all([
    read("kernel/unprivileged_userns_clone"),
    read("kernel/apparmor_restrict_unprivileged_userns"),
    read("user/max_user_namespaces"),
  ]);
  return {
    ...(clone === undefined ? {} : { clone }),
    ...(apparmor === undefined ? {} : { apparmor }),
    ...(most === undefined ? {} : { most }),
  };
}

function saidOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const said = "stderr" in error && typeof error.stderr === "string" ? error.stderr.trim() : "";
  return said === "" ? error.message : said.slice(0, 1000);
}
