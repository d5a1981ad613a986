import { CollectiveError } from "@action-collective/protocol";

/** A call to an embedder that was stopped, or that was being answered when it was. */
export class EmbedderStoppedError extends CollectiveError {
  constructor() {
    super("stopping", "The embedder was stopped and answers no more", "Start the peer again.");
  }
}

/** More texts wait than could be of use when their turn comes. */
export class EmbedderBusyError extends CollectiveError {
  constructor(waiting: number) {
    super("busy", `${waiting} texts wait for the embedder already`, "Try again in a while.");
  }
}

/** The thread or process that computes vectors ended, hangs, or is being started again. */
export class EmbedderCrashedError extends CollectiveError {
  constructor(problem: string) {
    super(
      "embedder-crashed",
      `What computes the embeddings ${problem}`,
      "It is started again by itself; until then searches go by keyword. If it goes on, choose another --embedder.",
    );
  }
}

/** The model cannot be used: a file is missing or damaged, or it is not the kind of model that is understood. */
export class EmbedderModelError extends CollectiveError {
  readonly problem: string;
  constructor(
    problem: string,
    remedy = "Check --embedder-folder: it must hold model.onnx and tokenizer.json of a sentence-transformer. --embedder own needs none.",
  ) {
    super("embedder-model", `The embedding model cannot be used: ${problem}`, remedy);
    this.problem = problem;
  }
}

/** An embedder needs a package that is not installed with the peer, because few want it. */
export class EmbedderPackageMissingError extends CollectiveError {
  readonly packageName: string;
  readonly problem: string;
  constructor(name: string, problem: string) {
    super(
      "embedder-package-missing",
      `This embedder needs the package ${name}, which could not be loaded (${problem})`,
      name === "onnxruntime-node"
        ? "Install it beside the peer: npm install onnxruntime-node --onnxruntime-node-install=skip (without the last word it fetches GPU libraries, 300 MB)."
        : `Install it beside the peer: npm install ${name}`,
    );
    this.packageName = name;
    this.problem = problem;
  }
}

/** The environment variable that must hold the key holds none. The key itself is in no message. */
export class EmbedderKeyError extends CollectiveError {
  constructor(variable: string, problem: string) {
    super(
      "embedder-key",
      `The environment variable ${variable} ${problem}`,
      `Set ${variable} to your API key, or name another variable with --embedder-key-env.`,
    );
  }
}

/** The embedding server could not be reached, refused, or took too long. */
export class EmbedderServerError extends CollectiveError {
  /** HTTP status; undefined where there was no answer. */
  readonly status: number | undefined;
  constructor(host: string, problem: string, status?: number) {
    super(
      "embedder-server",
      `The embedding server ${host} ${problem}`,
      "Check --embedder-url, --embedder-model and the key. Searches go by keyword meanwhile, and documents are tried again.",
    );
    this.status = status;
  }
}

/** A model or server gave something that is no vector, or not the vectors that were asked for. */
export class EmbedderAnswerError extends CollectiveError {
  constructor(who: string, problem: string) {
    super(
      "embedder-answer",
      `${who} ${problem}; it is not used`,
      "Check that this is an embedding model, and its dimensions.",
    );
  }
}

/** A configuration of an embedder, from settings or from the home's memory, that makes no sense. */
export class InvalidEmbedderConfigError extends CollectiveError {
  constructor(problems: readonly string[]) {
    super(
      "invalid-settings",
      `The embedder is not configured correctly: ${problems.join("; ")}`,
      'Mend the settings; "collective start --help" describes each.',
    );
  }
}
