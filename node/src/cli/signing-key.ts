import { createSigner, type Signer } from "@action-collective/protocol";
import { HomeUnusableError, readSeed } from "../home.ts";
import { UsageError } from "./report-failure.ts";

/** The key of a home, to sign a list with. @throws {UsageError} that home holds none. */
export async function signerOf(home: string): Promise<Signer> {
  try {
    return createSigner(await readSeed(home));
  } catch (error) {
    if (!(error instanceof HomeUnusableError)) throw error;
    throw new UsageError(
      `${home} holds no key that could sign`,
      `Make one with: collective network key ${home}`,
    );
  }
}
