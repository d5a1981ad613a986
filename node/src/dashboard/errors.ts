import { CollectiveError } from "@action-collective/protocol";

const LOG_IN = 'Type "collective open" for a page that is logged in.';

/** Cookie or header of a session is missing, wrong, or of a session that has ended. */
export class NotLoggedInError extends CollectiveError {
  constructor() {
    super("unauthorised", "This page is not logged in, or not any more", LOG_IN);
  }
}

/** The code of a link was used already, is too old, or never was one. */
export class LoginRefusedError extends CollectiveError {
  constructor() {
    super("unauthorised", "This link was used already, or is older than a minute", LOG_IN);
  }
}

/** Another site, another server on this machine, or a name that resolves to loopback, tried to reach the dashboard. */
export class ForeignPageError extends CollectiveError {
  constructor(message: string) {
    super("forbidden-origin", message, `Only the dashboard's own pages may ask it. ${LOG_IN}`);
  }
}

/** No such page, file or route. */
export class NoSuchPageError extends CollectiveError {
  constructor(path: string) {
    super("not-found", `The dashboard has no ${path.slice(0, 80)}`, "Its only page is at /.");
  }
}

/** The folder of built pages is missing or not what it should be. */
export class PagesMissingError extends CollectiveError {
  constructor(folder: string, why: string) {
    super(
      "not-found",
      `The dashboard's pages in ${folder} cannot be served: ${why}`,
      'In a clone of the repository, "npm run build" makes them; otherwise install the package again.',
    );
  }
}
