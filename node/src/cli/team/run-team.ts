import { Readable, Writable } from "node:stream";
import type { Approval } from "action-collective";
import {
  type Message,
  RemoteFailureError,
  type RunningTeam,
  startTeam,
  type Team,
  type TeamEvent,
  type TeamSpent,
} from "action-collective/agents";
import type { ConsoleStreams } from "action-collective/agents/console";
import { OpenAI } from "openai";
import { countText } from "../amounts.ts";
import type { CommandContext } from "../command.ts";
import { jsonText, manyLines, type Output, oneLine } from "../output.ts";
import { contentText, eventLines } from "./team-text.ts";
import { TypedLines } from "./typed-lines.ts";

export interface RunTeamOptions {
  /** What the team is told; without it, what is typed. */
  readonly message: string | undefined;
  /** A yes beforehand to runs that the peer has doubts about. */
  readonly yes: boolean;
  readonly publish: boolean;
  /** The collective of this machine's peer. */
  readonly peer: boolean;
  /** Go on when everybody is silent, for people and other peers, until it is interrupted. */
  readonly stay: boolean;
}

/** As shells have it: 128 and the signal's number. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;
/** Nobody answered. */
const SILENT = 1;

/** Runs a team until it has answered and is silent, or until it is interrupted. @returns the exit code */
export async function runTeam(
  team: Team,
  context: Pick<CommandContext, "io" | "output" | "home">,
  { message, yes, publish, peer, stay }: RunTeamOptions,
): Promise<number> {
  const { io, output } = context;
  const atConsole = team.members.some((one) => one.kind === "person" && one.human.console !== undefined);
  const typed = io.stdin.isTTY === true && !atConsole ? new TypedLines(io.stdin) : undefined;
  const tell = (event: TeamEvent) => {
    if (output.json) output.raw(`${jsonText(event, 0)}\n`);
    else if (!output.quiet) for (const line of eventLines(output, event)) output.raw(`${line}\n`);
  };
  const running = await startTeam(team, {
    openai: ({ apiKey, baseUrl }) => new OpenAI({ apiKey: apiKey ?? "none", baseURL: baseUrl }),
    environment: io.env,
    peer: peer ? { home: context.home() } : undefined,
    approve: yes ? "once" : typed === undefined ? undefined : asking(typed, context),
    publish,
    streams: atConsole ? consoleStreams(io) : undefined,
    onEvent: tell,
  });
  const interrupts = new Interrupts(running);
  try {
    for (const line of reachLines(running)) output.note(line);
    const answers = await talk(running, message, typed, context);
    await (stay ? ended(running) : running.silence());
    if (stay && interrupts.code === undefined) running.signal.throwIfAborted();
    if (answers === 0 && interrupts.code === undefined) output.note("Nobody answered.");
    return interrupts.code ?? (answers === 0 ? SILENT : 0);
  } catch (error) {
    if (interrupts.code !== undefined) return interrupts.code;
    throw error;
  } finally {
    interrupts.end();
    typed?.close();
    await tellSpent(running, output);
    await running.stop();
  }
}

/** Where a member at the console is: asked on stderr, since stdout is for what is said. */
function consoleStreams({ stdin, stderr }: CommandContext["io"]): ConsoleStreams {
  const write = (chunk: unknown, _: unknown, done: () => void) => {
    stderr.write(String(chunk));
    done();
  };
  return {
    input: stdin instanceof Readable ? stdin : Readable.from(stdin),
    output: stderr instanceof Writable ? stderr : new Writable({ write }),
  };
}

/** One message, or one after the other as they are typed. @returns how many answers there were */
async function talk(
  running: RunningTeam,
  message: string | undefined,
  typed: TypedLines | undefined,
  { io, output }: Pick<CommandContext, "io" | "output">,
): Promise<number> {
  let answers = 0;
  let after: Message | undefined;
  const say = async (text: string) => {
    for await (const answer of running.say(text, { after })) {
      answers += 1;
      after = answer;
      // Otherwise it was told already, as everything else that is said.
      if (output.quiet && !output.json) output.raw(`${contentText(answer.content)}\n`);
    }
  };
  if (message !== undefined) await say(message);
  if (message !== undefined || typed === undefined) return answers;
  const end = ended(running);
  for (;;) {
    io.stderr.write("> ");
    const line = await Promise.race([typed.next(), end]);
    if (line === undefined) return answers;
    if (line.trim() === "") continue;
    try {
      await say(line.trim());
    } catch (error) {
      // Whoever types can say something else; where it was shown, it need not be said again.
      if (running.signal.aborted || !(error instanceof RemoteFailureError)) throw error;
      if (output.quiet) io.stderr.write(`${manyLines(error.message)}\n`);
    }
  }
}

function ended({ signal }: RunningTeam): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}

/** Asks whoever sits at the keyboard. */
function asking(typed: TypedLines, { io }: Pick<CommandContext, "io">): Approval {
  return async ({ id, message }) => {
    io.stderr.write(`${manyLines(message)}\n${oneLine(id)}\nRun it this once? [y/N] `);
    return /^\s*y(es)?\s*$/i.test((await typed.next()) ?? "");
  };
}

/** Where people connect to, that a team has at a window, and under what names other peers reach it. */
function reachLines(running: RunningTeam): string[] {
  const people = running
    .people()
    .flatMap(({ id, url, token }) =>
      url === undefined ? [] : [`${id} connects to ${url} with the token ${token ?? "(none)"}`],
    );
  const addresses = running.addresses();
  return addresses.length === 0 ? people : [...people, `Other peers can reach ${addresses.join(", ")}.`];
}

/** The first Ctrl-C stops the team, a second one the process. */
class Interrupts {
  code: number | undefined;
  readonly #listeners: readonly (readonly [NodeJS.Signals, () => void])[];

  constructor(running: RunningTeam) {
    this.#listeners = Object.entries(SIGNALS).map(([signal, code]) => {
      const interrupted = () => {
        this.code = code;
        void running.stop(signal).catch(() => undefined);
      };
      process.once(signal, interrupted);
      return [signal as NodeJS.Signals, interrupted] as const;
    });
  }

  end(): void {
    for (const [signal, listener] of this.#listeners) process.off(signal, listener);
  }
}

/** A peer that is gone by now does not keep the team from its end. */
async function tellSpent(running: RunningTeam, output: Output): Promise<void> {
  const spent = await running.spent().catch(() => undefined);
  if (output.json) output.raw(`${jsonText({ kind: "end", ...(spent === undefined ? {} : { spent }) }, 0)}\n`);
  else if (spent !== undefined) output.note(spentText(spent));
}

function spentText({ all }: TeamSpent): string {
  const amounts = [countText(all.tokens, "token"), countText(all.messages, "message")];
  if (all.calls > 0) amounts.push(countText(all.calls, "run of an action", "runs of actions"));
  return `${amounts.join(", ")}.`;
}
