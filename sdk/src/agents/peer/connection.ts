import { setTimeout as pause } from "node:timers/promises";
import type { AgentFrame, Privileges, Spent } from "@action-collective/protocol";
import type { ActionClient } from "../../client.ts";
import { deadline } from "../../deadline.ts";
import { ApiError, PeerUnreachableError } from "../../errors.ts";
import type { Delivery, Gateway } from "../delivery.ts";
import type { Answerer } from "../exchange.ts";
import { BOARD_ID } from "../hierarchy/roster.ts";
import type { Member } from "../members.ts";
import type { OneWay } from "../one-way.ts";
import type { Speech } from "../speech.ts";
import type { Message, PresenceEvent, Receipt } from "../types.ts";
import { Awaited } from "./awaited.ts";
import { NotJoinedError, OtherPeerError, PeerLostError } from "./errors.ts";
import { FrameLine } from "./frame-line.ts";
import { Incoming } from "./incoming.ts";
import { Joinings } from "./joinings.ts";
import { Letters } from "./letters.ts";
import { CALL_MS, RETRY_FIRST_MS, RETRY_LONGEST_MS } from "./limits.ts";
import { Outgoing } from "./outgoing.ts";
import { cutToken } from "./tokens.ts";

export interface ConnectionParts {
  readonly client: ActionClient;
  /** The space's own capability; minted from the client unless given. */
  readonly capability: string | undefined;
  /** The name of the space's owner at the peer, where several spaces may be. */
  readonly ownerName: string;
  /** The owner's. */
  readonly privileges: Privileges;
  readonly delivery: Delivery;
  readonly oneWay: OneWay;
  readonly speech: Speech;
  readonly members: ReadonlyMap<string, Member>;
  readonly now: () => number;
  readonly newId: () => string;
  /** Told why the peer was lost, but for its being away. */
  readonly problem: (error: unknown) => void;
  /** Somebody comes or goes at another peer; false where this member does not want to know. */
  readonly news: (event: PresenceEvent, member: Member) => boolean;
  /** It is over for good. */
  readonly closed: () => void;
}

/**
 * A space's connection to its peer. It is kept up: after the peer was away, the space connects anew, with new capabilities, and
 * exposed members can be reached again.
 */
export class Connection implements Gateway, AsyncDisposable {
  readonly #parts: ConnectionParts;
  readonly #outgoing: Outgoing;
  readonly #incoming: Incoming;
  readonly #letters: Letters;
  readonly #awaited = new Awaited();
  readonly #closing = new AbortController();
  readonly #joinings = new Joinings();
  #peer = "";
  #desk = "";
  #root: string | undefined;
  #line: FrameLine | undefined;
  #kept: Promise<void> = Promise.resolve();

  private constructor(parts: ConnectionParts) {
    this.#parts = parts;
    const { now, delivery, oneWay, speech } = parts;
    this.#outgoing = new Outgoing({ push: (frame) => this.#push(frame), now });
    this.#letters = new Letters({
      outgoing: this.#outgoing,
      awaited: this.#awaited,
      speech,
      now,
      newId: parts.newId,
      join: (member) => this.#join(member),
      nameOf: (member) => this.#nameOf(member),
    });
    this.#incoming = new Incoming({
      delivery,
      oneWay,
      speech,
      now,
      push: (frame) => this.#pushOrBreak(frame),
      find: (address) => this.#find(address),
      news: (event, member) => this.#parts.news(event, member),
      awaited: ({ replyTo }, { id }) => this.#awaited.has(replyTo, id),
      reply: (answer, asked, member) => this.#letters.reply(answer, asked, member),
    });
  }

  /** @throws {ApiError | PeerUnreachableError} */
  static async open(parts: ConnectionParts): Promise<Connection> {
    const connection = new Connection(parts);
    try {
      await connection.#open();
    } catch (error) {
      if (connection.#desk !== "") await parts.client.closeDesk(connection.#desk).catch(() => undefined);
      throw error;
    }
    connection.#kept = connection.#keep();
    return connection;
  }

  /** The peer's id. */
  get peer(): string {
    return this.#peer;
  }

  /** False while the peer is away. */
  get connected(): boolean {
    return this.#line !== undefined;
  }

  /** The space's capability was given to it, and outlives the connection. */
  get isBorrowed(): boolean {
    return this.#parts.capability !== undefined;
  }

  /** Exchanges with agents of other peers that are under way. */
  get exchanges(): number {
    return this.#outgoing.size + this.#incoming.size;
  }

  addressOf(member: Member): string {
    return member.expose ? `${this.#nameOf(member)}@${this.#peer}` : member.id;
  }

  /** Gives a member its token, cut from its creator's. */
  admit(member: Member): void {
    if (this.#line === undefined || member.standing.level === 0) return;
    const { id, parent, role, privileges } = member.standing;
    const above =
      parent === undefined || parent === BOARD_ID ? this.#root : this.#parts.members.get(parent)?.token;
    if (above !== undefined) member.token = cutToken(above, { agent: id, role, privileges });
  }

  /** Makes an exposed member known to the peer. @throws {NotJoinedError | PeerLostError} */
  async expose(member: Member): Promise<void> {
    if (member.expose && this.connected) await this.#join(member);
  }

  /** A member is gone. */
  remove(member: Member): void {
    this.#awaited.forget(member.id);
    if (this.#joinings.leave(member.id)) this.#pushOrBreak({ kind: "leave", agent: this.#nameOf(member) });
  }

  /** Ends a member's capability at the peer, and all that was cut from it. */
  async revoke({ token }: Pick<Member, "token">): Promise<void> {
    if (token === undefined || !this.connected) return;
    await this.#quickly((signal) => this.#parts.client.revoke({ token }, { signal }));
  }

  /** Counts tokens where the peer keeps the budget as well. @throws {ApiError} `budget-spent` */
  async spend(member: Member, { tokens }: Partial<Spent>): Promise<void> {
    if (tokens === undefined || tokens === 0 || member.token === undefined || !this.connected) return;
    await this.#parts.client.withToken(member.token).spend({ tokens, signal: member.controller.signal });
  }

  remote(address: string, asker: Member): Answerer {
    return { receive: (message) => this.#letters.ask(message, address, asker) };
  }

  post(
    message: Message,
    address: string,
    sender: Member,
    later?: (receipt: Receipt) => void,
  ): Promise<Receipt> {
    return this.#letters.post(message, address, sender, later);
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return this.#kept;
    const { client } = this.#parts;
    const { connected } = this;
    const token = this.#root;
    this.#closing.abort(new PeerLostError());
    if (connected) {
      await this.#quickly((signal) => client.closeDesk(this.#desk, { signal }));
      // One that was given is not this space's to end.
      if (token !== undefined && !this.isBorrowed)
        await this.#quickly((signal) => client.revoke({ token }, { signal }));
    }
    this.#line?.close(new PeerLostError());
    await this.#kept;
    this.#parts.closed();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Tells the peer of an end. One that does not hear of it ends what nobody uses by itself. */
  async #quickly(call: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    try {
      using time = deadline(CALL_MS, undefined, () => new PeerLostError());
      await call(time.signal);
    } catch (error) {
      this.#tell(error);
    }
  }

  async #open(): Promise<void> {
    const { client, capability, members, ownerName, privileges } = this.#parts;
    using time = deadline(CALL_MS, this.#closing.signal, () => new PeerLostError());
    const { signal } = time;
    const { desk, peer } = await client.openDesk({ signal });
    if (this.#peer !== "" && peer !== this.#peer) throw new OtherPeerError(this.#peer, peer);
    this.#peer = peer;
    this.#desk = desk;
    const minted = { agent: ownerName, role: BOARD_ID, privileges };
    this.#root = capability ?? (await client.mintCapability(minted, { signal })).token;
    this.#line = new FrameLine(client, desk, (frame) => this.#take(frame));
    // Those above come before those below, as they entered.
    for (const member of members.values()) this.admit(member);
    for (const member of members.values())
      if (member.expose && member.state === "here")
        this.#join(member).catch((error: unknown) => this.#tell(error));
  }

  async #keep(): Promise<void> {
    const { signal } = this.#closing;
    let pauseMs = RETRY_FIRST_MS;
    while (!signal.aborted) {
      try {
        if (this.#line === undefined) await this.#open();
        pauseMs = RETRY_FIRST_MS;
        await this.#line?.run();
      } catch (error) {
        this.#lost(error);
        if (signal.aborted) return;
        this.#tell(error);
        if (error instanceof OtherPeerError) {
          this.#closing.abort(error);
          return this.#parts.closed();
        }
      }
      await pause(pauseMs, undefined, { signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, RETRY_LONGEST_MS);
    }
  }

  #lost(error: unknown): void {
    const lost = new PeerLostError({ cause: error });
    this.#line?.close(lost);
    this.#line = undefined;
    this.#incoming.lost();
    this.#outgoing.lost(lost);
    this.#joinings.lost(lost);
    for (const member of this.#parts.members.values()) delete member.token;
  }

  /** That the peer is away for a while is nothing to be told of. */
  #tell(error: unknown): void {
    const away =
      error instanceof PeerUnreachableError ||
      error instanceof PeerLostError ||
      (error instanceof ApiError && ["no-such-desk", "stopping"].includes(error.code));
    if (!away && !this.#closing.signal.aborted) this.#parts.problem(error);
  }

  #take(frame: AgentFrame): void {
    switch (frame.kind) {
      case "joined":
        this.#joinings.joined(this.#idOf(frame.agent), frame.address);
        break;
      case "refused": {
        const id = this.#idOf(frame.agent);
        this.#joinings.refused(id, new NotJoinedError(id, frame.code, frame.message));
        break;
      }
      case "letter":
        this.#incoming.letter(frame);
        break;
      case "next":
        this.#incoming.next(frame);
        break;
      case "cancel":
        this.#incoming.cancel(frame);
        break;
      case "answer":
        this.#outgoing.answer(frame);
        break;
      case "end":
        this.#outgoing.end(frame);
        break;
      case "fail":
        this.#outgoing.fail(frame);
        break;
      case "receipt":
        this.#outgoing.receipt(frame);
        break;
      case "join":
      case "leave":
        // Said by spaces only.
        break;
    }
  }

  /** Known at the peer from now on. @throws {NotJoinedError | PeerLostError} */
  async #join(member: Member): Promise<void> {
    const line = this.#line;
    if (line === undefined) throw new PeerLostError();
    const token = member.standing.level === 0 ? this.#root : member.token;
    await this.#joinings.join(member, () =>
      line.push({
        kind: "join",
        agent: this.#nameOf(member),
        expose: member.expose,
        ...(token === undefined ? {} : { capability: token }),
      }),
    );
  }

  #nameOf({ id, standing }: Member): string {
    return standing.level === 0 ? this.#parts.ownerName : id;
  }

  #idOf(name: string): string {
    return name === this.#parts.ownerName ? BOARD_ID : name;
  }

  #find(address: string): Member | undefined {
    const member = this.#parts.members.get(this.#idOf(address.split("@")[0] ?? ""));
    return member?.state === "here" && this.#joinings.has(member.id) ? member : undefined;
  }

  #push(frame: AgentFrame): void {
    if (this.#line === undefined) throw new PeerLostError();
    this.#line.push(frame);
  }

  /** A peer that takes no more frames is given up, and looked for anew. */
  #pushOrBreak(frame: AgentFrame): void {
    try {
      this.#line?.push(frame);
    } catch (error) {
      this.#line?.close(error);
    }
  }
}
