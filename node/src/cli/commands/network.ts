import { createSigner, peerIdOfKey } from "@action-collective/protocol";
import { type Command, InvalidArgumentError, Option } from "commander";
import { Home, HomeUnusableError, readSeed } from "../../home.ts";
import { addressProblem, isPeerId } from "../../network-lists/address.ts";
import { formatNetworkList, parseNetworkList } from "../../network-lists/format.ts";
import { MAX_LIFETIME_MS } from "../../network-lists/limits.ts";
import {
  createListFile,
  readListFile,
  readMaintainers,
  readShippedList,
  writeListFile,
} from "../../network-lists/list-files.ts";
import { openNetworkList } from "../../network-lists/open-list.ts";
import { signNetworkList } from "../../network-lists/sign-list.ts";
import { type CommandContext, example } from "../command.ts";
import { networkListText } from "../network-list-text.ts";
import { UsageError } from "../report-failure.ts";
import { signerOf } from "../signing-key.ts";
import { pairs } from "../table.ts";

interface NewFlags {
  readonly network: string;
  readonly operator: string;
  readonly address: readonly string[];
  readonly suggest?: readonly string[];
  readonly days: number;
}

const DAY_MS = 24 * 3_600_000;
/** A list that ends sooner is worth renewing now: people have to fetch the new one. */
const RENEW_DAYS = 30;

/** Everything about a network's list: who may be joined through, and who says so. */
export function addNetwork(program: Command, context: CommandContext): void {
  const network = program
    .command("network")
    .description("show, check and sign lists of the nodes that a network is joined through");
  addShow(network, context);
  addNew(network, context);
  addSign(network, context);
  addCheck(network, context);
  addKey(network, context);
}

function addShow(network: Command, { output }: CommandContext): void {
  network
    .command("show")
    .argument("[file]", "the list; without it, the one that comes with the peer")
    .description("show a list; without a file, the one that comes with the peer")
    .option("--network <name>", "without a file: of which network", "main")
    .addHelpText("after", example("collective network show", "collective network show ours.json"))
    .action(async (file: string | undefined, flags: { network: string }) => {
      const text = file === undefined ? await readShippedList(flags.network) : await readListFile(file);
      if (text === undefined)
        throw new UsageError(
          `No list of network "${flags.network.slice(0, 40)}" comes with the peer`,
          "Name its file, or leave the name out for the list of main.",
        );
      const list = parseNetworkList(text);
      const { content, signatures } = list;
      output.data({ ...content, signatures }, () => networkListText(output, list, Date.now()));
    });
}

function addNew(network: Command, { output }: CommandContext): void {
  network
    .command("new")
    .argument("<file>", "where to write the list; it must not exist yet")
    .description("write a list of one operator, to be signed next; more operators are added by hand")
    .requiredOption("--network <name>", "name of the network")
    .requiredOption("--operator <name>", "who runs the nodes")
    .addOption(
      new Option(
        "--address <address>",
        "of one of its nodes, ending in /p2p/ and its peer id; may be repeated",
      )
        .argParser(collect((address) => addressProblem(address, "operator")))
        .makeOptionMandatory(),
    )
    .addOption(
      new Option(
        "--suggest <peer-id>",
        "whose word on actions counts a little for those who know nobody yet; may be repeated",
      ).argParser(collect(peerIdProblem)),
    )
    .option("--days <number>", "how long it counts", wholeDays, 365)
    .addHelpText(
      "after",
      example(
        "collective network new ours.json --network ours --operator Us --address /ip4/203.0.113.7/tcp/4001/p2p/12D3Koo…",
      ),
    )
    .action(async (file: string, flags: NewFlags) => {
      const { network: name, operator, address, suggest, days } = flags;
      const draft = {
        ...{ format: 1 as const, network: name, ...lifetime(Date.now(), days) },
        operators: [{ name: operator, addresses: address }],
        publicDht: { meet: false },
        ...(suggest === undefined ? {} : { suggests: suggest.map((peer) => ({ peer })) }),
      };
      const text = formatNetworkList({ content: draft, signatures: [] });
      const { content } = parseNetworkList(text);
      await createListFile(file, text);
      output.data({ file, ...content }, () =>
        pairs(output, { file, network: name, expires: content.expires.slice(0, 10) }),
      );
      output.note(`Sign it with: collective network sign ${file} --key HOME`);
    });
}

function addCheck(network: Command, { output }: CommandContext): void {
  network
    .command("check")
    .argument("<file>", "the list")
    .description("say whether a peer would use a list, and why not")
    .addOption(
      new Option(
        "--network-key <peer-id>",
        "who may sign it (default: the peer's maintainers); may be repeated",
      ).argParser(collect(peerIdProblem)),
    )
    .addHelpText("after", example("collective network check ours.json --network-key 12D3Koo…"))
    .action(async (file: string, flags: { networkKey?: readonly string[] }) => {
      const { keys, threshold } = await readMaintainers();
      const trust =
        flags.networkKey === undefined
          ? { trustedKeys: keys, threshold }
          : { trustedKeys: flags.networkKey, threshold: 1 };
      const now = Date.now();
      const {
        network: name,
        operators,
        expires,
      } = openNetworkList(await readListFile(file), { ...trust, now });
      const days = Math.floor((Date.parse(expires) - now) / DAY_MS);
      output.data({ good: true, network: name, operators: operators.length, expires, days }, () =>
        pairs(output, {
          list: "good: properly signed, and in time",
          network: name,
          operators: String(operators.length),
          expires: `${expires.slice(0, 10)}, in ${days} days`,
        }),
      );
      if (days < RENEW_DAYS)
        output.note("It ends soon: issue a new one now, so that it is in people's hands by then.");
    });
}

function addSign(network: Command, { output }: CommandContext): void {
  network
    .command("sign")
    .argument("<file>", "the list; it is written back, with the signatures")
    .description("sign a list with the key of a home, and write it back")
    .addOption(
      new Option("--key <home>", "home whose key signs; may be repeated")
        .argParser(collect(() => undefined))
        .makeOptionMandatory(),
    )
    .option("--days <number>", "renew it first: from now, for so long", wholeDays)
    .addHelpText("after", example("collective network sign ours.json --key ~/maintainer"))
    .action(async (file: string, { key, days }: { key: readonly string[]; days?: number }) => {
      const signers = await Promise.all(key.map(signerOf));
      const found = parseNetworkList(await readListFile(file));
      const renewed = days === undefined ? {} : lifetime(Date.now(), days);
      const { list, added, dropped } = signNetworkList(
        { ...found, content: { ...found.content, ...renewed } },
        signers,
      );
      await writeListFile(file, formatNetworkList(list));
      const { network: name, expires } = list.content;
      const signed = list.signatures.map((signature) => signature.key);
      output.data({ file, network: name, expires, signed, dropped }, () =>
        pairs(output, { file, network: name, expires: expires.slice(0, 10), "signed by": signed.join("\n") }),
      );
      for (const gone of dropped)
        output.note(`Dropped the signature of ${gone}: the list has changed since; they must sign it again.`);
      if (Date.parse(expires) <= Date.now()) {
        output.note("It has expired, so nobody uses it: sign it with --days 365 to renew it.");
        return;
      }
      output.note(
        `Peers use it with: --network-list ${file} ${added.map((id) => `--network-key ${id}`).join(" ")}`,
      );
    });
}

function addKey(network: Command, { output }: CommandContext): void {
  network
    .command("key")
    .argument("<home>", "the folder that holds the key, or shall hold it")
    .description("show the peer id of a home's key, and make the key where there is none")
    .addHelpText("after", example("collective network key ~/maintainer"))
    .action(async (home: string) => {
      const { seed, made } = await seedOf(home);
      const peerId = peerIdOfKey(createSigner(seed).publicKey);
      output.data({ home, peerId, made }, () => [peerId]);
      if (made)
        output.note(
          `A new key was made in ${home}. Whoever has it can sign; keep a copy where only you can read it.`,
        );
    });
}

async function seedOf(home: string): Promise<{ seed: Uint8Array; made: boolean }> {
  try {
    return { seed: await readSeed(home), made: false };
  } catch (error) {
    if (!(error instanceof HomeUnusableError)) throw error;
    const opened = await Home.open(home);
    await opened.close();
    return { seed: opened.seed, made: true };
  }
}

/** A moment as lists hold it has no fractions of a second. */
function lifetime(now: number, days: number): { issued: string; expires: string } {
  const moment = (time: number) => new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
  return { issued: moment(now), expires: moment(now + days * DAY_MS) };
}

function wholeDays(text: string): number {
  const days = Number(text);
  if (!/^\d{1,3}$/.test(text) || days < 1 || days * DAY_MS > MAX_LIFETIME_MS)
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${MAX_LIFETIME_MS / DAY_MS}.`);
  return days;
}

function peerIdProblem(id: string): string | undefined {
  return isPeerId(id) ? undefined : "must be a peer id such as 12D3Koo…";
}

/** An option that may be repeated. */
function collect(problem: (value: string) => string | undefined) {
  return (value: string, before: readonly string[] | undefined): string[] => {
    const wrong = problem(value);
    if (wrong !== undefined) throw new InvalidArgumentError(`It ${wrong}.`);
    return [...(before ?? []), value];
  };
}
