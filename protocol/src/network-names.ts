import { MalformedError } from "./errors.ts";

/** Every name that carries the network's own (SPEC §8), so that nothing crosses from one network into another. */
export interface NetworkNames {
  readonly topic: string;
  readonly kad: string;
  readonly sync: string;
}

/** @throws {MalformedError} the name is not 1–32 lower-case letters, digits and dashes. */
export function networkNames(network: string): NetworkNames {
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(network))
    throw new MalformedError(
      `"${network.slice(0, 40)}" is not a network name: 1–32 lower-case letters, digits, dashes`,
    );
  const root = `/action-collective/${network}`;
  return {
    topic: `action-collective/${network}/records/1`,
    kad: `${root}/kad/1.0.0`,
    sync: `${root}/sync/1.0.0`,
  };
}
