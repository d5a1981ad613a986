import { CollectiveError } from "@action-collective/protocol";

/** This system has no user services of systemd. */
export class ServiceUnsupportedError extends CollectiveError {
  constructor(platform: NodeJS.Platform, command: string) {
    const own =
      platform === "darwin"
        ? "a launchd agent (~/Library/LaunchAgents)"
        : platform === "win32"
          ? "a task of the Task Scheduler that starts when you log in"
          : "a service of your system's own service manager";
    super(
      "service-unsupported",
      `A service is written for systemd on Linux only; this is ${platform}`,
      `Make ${own} that runs: ${command} — or start the peer in a terminal with "collective start".`,
    );
  }
}

/** A file of that name is there, and this command did not write it. */
export class ServiceFileForeignError extends CollectiveError {
  constructor(file: string) {
    super(
      "service-file-foreign",
      `${file} was not written by this command, and was left as it is`,
      'Move it away first, or compare it with "collective service install --print".',
    );
  }
}

/** The service's file cannot be read, written or removed. */
export class ServiceFileUnusableError extends CollectiveError {
  constructor(file: string, why: string, options?: ErrorOptions) {
    super(
      "service-file-unusable",
      `The service's file ${file} cannot be had: ${why}`,
      "See who owns that folder and its files, or write the file yourself: collective service install --print.",
      options,
    );
  }
}

/** A path that cannot stand in a unit. */
export class ServicePathError extends CollectiveError {
  constructor(path: string) {
    super(
      "service-path",
      `The path ${JSON.stringify(path)} cannot stand in a service: it holds control characters`,
      "Move what it leads to, or rename its folder.",
    );
  }
}

/** systemctl was asked and refused. */
export class SystemctlError extends CollectiveError {
  constructor(args: readonly string[], why: string, options?: ErrorOptions) {
    super(
      "systemctl-failed",
      `systemctl ${args.join(" ")} failed: ${why}`,
      "Run it yourself in a session of your own (not through su or sudo), where systemd --user answers.",
      options,
    );
  }
}
