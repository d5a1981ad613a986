import { join } from "node:path";
import { npm } from "./npm.ts";
import type { Packed } from "./registry.ts";

const ROOT = join(import.meta.dirname, "../../..");
/** What is published, in the order of who needs whom. */
const PUBLISHED = ["stubs/react-native-webrtc", "protocol", "sdk", "library", "node", "bootstrap"];

/** A tarball of each package that is published, in that folder. */
export async function packAll(folder: string): Promise<Packed[]> {
  const packed: Packed[] = [];
  for (const workspace of PUBLISHED) {
    const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
    const answer: unknown = JSON.parse(await npm(join(ROOT, workspace), args));
    const [{ name, version, filename }] = Object.values(answer as object) as [
      { name: string; version: string; filename: string },
    ];
    const { default: manifest } = (await import(join(ROOT, workspace, "package.json"), {
      with: { type: "json" },
    })) as { default: Record<string, unknown> };
    packed.push({ name, version, file: join(folder, filename), manifest });
  }
  return packed;
}
