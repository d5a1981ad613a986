import { InvalidCapabilityError } from "@action-collective/protocol";
import type { Log } from "../network/options.ts";
import { Desks } from "./desks.ts";
import { PeerUnreachableError } from "./errors.ts";
import { refusalOf } from "./failure.ts";
import { LocalPost } from "./local-post.ts";
import { MailRounds } from "./mail-rounds.ts";
import { Mailboxes } from "./mailboxes.ts";
import { Post } from "./post.ts";
import type { PostFile } from "./post-database.ts";
import { PostOffice } from "./post-office.ts";
import { Repliable } from "./repliable.ts";
import { Residents } from "./residents.ts";
import type { Bearers } from "./types.ts";
import { Watchers } from "./watchers.ts";

export interface PostComposition {
  readonly self: string;
  readonly file: PostFile;
  readonly clock: () => number;
  readonly isBlocked: (peer: string) => boolean;
  readonly log: Log;
}

/** Builds the post station; nothing arrives before the network starts. */
export function composePost({ self, file, clock, isBlocked, log }: PostComposition): Post {
  const bearers: Bearers = {
    open: () => {
      throw new InvalidCapabilityError("this peer makes none");
    },
  };
  const lifetime = new AbortController();
  const now = () => performance.now();
  const residents = new Residents();
  const local = new LocalPost(residents);
  const mailboxes = new Mailboxes(file.database, clock);
  const warn = (message: string, error: unknown) => log("warn", message, { reason: String(error) });
  const rounds = new MailRounds({ mailboxes, lifetime: lifetime.signal, log: warn });
  residents.onPresence(rounds);
  const office = new PostOffice({
    self,
    local,
    mailboxes,
    isBlocked,
    watchers: new Watchers(now),
    repliable: new Repliable(now),
    abroad: {
      ask: async (peer) => {
        throw new PeerUnreachableError(peer);
      },
      send: async (peer) => refusalOf(new PeerUnreachableError(peer)),
    },
  });
  const desks = new Desks({
    office,
    register: residents,
    bearers,
    clock,
    now,
    log: (message) => log("debug", message),
  });
  return new Post({ desks, rounds, lifetime, close: () => file.stop() });
}
