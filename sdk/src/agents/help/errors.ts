import { CollectiveError } from "@action-collective/protocol";

/** The file of an agent's class cannot be read as a module. */
export class AgentSourceError extends CollectiveError {
  constructor(source: string, why: string, options?: ErrorOptions) {
    super(
      "agent-source-unreadable",
      `The help of an agent cannot be read from ${source}: ${why}`,
      "Let static source be import.meta.url of the file that declares the class, or write help in static actions.",
      options,
    );
  }
}
