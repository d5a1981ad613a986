import type { NetworkListFile } from "../network-lists/format.ts";
import { checkSignatures } from "../network-lists/open-list.ts";
import { manyLines, type Output, oneLine } from "./output.ts";
import { pairs } from "./table.ts";

/** A list for people. Nothing here says that it may be believed; `collective network check` does. */
export function networkListText(output: Output, file: NetworkListFile, now: number): string[] {
  const { network, note, issued, expires, operators, publicDht, suggests = [] } = file.content;
  const { good, bad } = checkSignatures(file);
  const isOver = Date.parse(expires) <= now;
  const broken = (key: string) => output.paint("red", `${key} (does not hold: changed after signing)`);
  const signers = [...good.map(({ key }) => key), ...bad.map(({ key }) => broken(key))];
  return pairs(output, {
    network,
    note: note === undefined ? undefined : manyLines(note),
    issued: issued.slice(0, 10),
    expires: isOver
      ? output.paint("red", `${expires.slice(0, 10)}, and is not used any more`)
      : expires.slice(0, 10),
    operators:
      operators
        .flatMap(({ name, addresses }) => [oneLine(name), ...addresses.map((one) => `  ${one}`)])
        .join("\n") || "nobody",
    "public DHT": publicDht.meet ? "its peers may look for each other there" : "not used",
    suggests:
      suggests
        .map(({ peer, note: who }) => (who === undefined ? peer : `${peer}  ${oneLine(who)}`))
        .join("\n") || undefined,
    "signed by": signers.join("\n") || "nobody",
  });
}
