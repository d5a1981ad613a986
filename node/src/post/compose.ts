import { randomUUID } from "node:crypto";
import { createVerifier, type Signer } from "@action-collective/protocol";
import type { LetterStream } from "../network/agents/letter-stream.ts";
import type { Log } from "../network/options.ts";
import { Desks } from "./desks.ts";
import { Envoy } from "./envoy.ts";
import { KEPT_MS } from "./limits.ts";
import { LocalPost } from "./local-post.ts";
import { MailRounds } from "./mail-rounds.ts";
import { Mailboxes } from "./mailboxes.ts";
import { addressOf } from "./messages.ts";
import { News } from "./news.ts";
import { Outbox } from "./outbox.ts";
import { OutboxStore } from "./outbox-store.ts";
import { Post } from "./post.ts";
import type { PostFile } from "./post-database.ts";
import { PostOffice } from "./post-office.ts";
import { Reception } from "./reception.ts";
import { Repliable } from "./repliable.ts";
import { Residents } from "./residents.ts";
import { SeenLetters } from "./seen-letters.ts";
import type { Bearers } from "./types.ts";
import { type Watcher, Watchers } from "./watchers.ts";

export interface PostComposition {
  readonly self: string;
  /** Of the network whose peers it writes to. */
  readonly network: string;
  readonly signer: Signer;
  readonly file: PostFile;
  /** A stream to another peer. */
  readonly open: (peer: string, signal: AbortSignal) => Promise<LetterStream>;
  readonly bearers: Bearers;
  readonly isBlocked: (peer: string) => boolean;
  /** How much of a newcomer's ration a peer gets. */
  readonly share: (peer: string) => number;
  readonly clock: () => number;
  readonly log: Log;
}

/** Builds the post station; nothing arrives before the network starts. */
export function composePost(composition: PostComposition): Post {
  const { self, network, signer, file, open, bearers, isBlocked, share, clock, log } = composition;
  const { database } = file;
  const controller = new AbortController();
  const lifetime = controller.signal;
  const now = () => performance.now();
  const shared = { self, network, signer, verifier: createVerifier(), clock, now, lifetime };
  const debug = (message: string, fields?: Record<string, unknown>) => log("debug", message, fields);

  const mailboxes = new Mailboxes(database, clock);
  const residents = new Residents((name) => mailboxes.ownerOf(name));
  const local = new LocalPost(residents);
  const watchers = new Watchers(now);
  const repliable = new Repliable(now);
  const envoy = new Envoy({ ...shared, open, isBlocked });
  const outbox = new Outbox({ ...shared, store: new OutboxStore(database, clock), envoy, log: debug });
  const rounds = new MailRounds({
    mailboxes,
    lifetime,
    log: (message, error) => debug(message, { reason: String(error) }),
  });
  residents.onPresence(rounds);
  residents.onPresence(
    new News({
      ...shared,
      watchers,
      newId: randomUUID,
      send: async (watcher: Watcher, message) => {
        if (watcher.peer !== self) return await envoy.send(watcher.peer, message, clock() + KEPT_MS);
        const outcome = await local.deliver(addressOf(watcher.address, self), message, "all", lifetime);
        return outcome === "gone" ? { status: "refused" as const } : outcome;
      },
    }),
  );
  const parts = { ...shared, local, mailboxes, watchers, repliable, isBlocked };
  const office = new PostOffice({ ...parts, abroad: outbox });
  const reception = new Reception({ ...parts, seen: new SeenLetters(database, clock), share, log });
  const desks = new Desks({ office, register: residents, bearers, clock, now, log: debug });
  return new Post({ desks, rounds, outbox, reception, controller, close: () => file.stop() });
}
