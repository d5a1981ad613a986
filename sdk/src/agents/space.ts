import { randomUUID } from "node:crypto";
import type { Privileges, Spent } from "@action-collective/protocol";
import { AGENT_ADDRESS } from "@action-collective/protocol";
import type { ActionClient } from "../client.ts";
import { deadline } from "../deadline.ts";
import { Agent } from "./agent.ts";
import { AuditTrail } from "./audit.ts";
import { Delivery } from "./delivery.ts";
import { AgentLeftError, InSpaceAlreadyError, NotDeliveredError, SpaceClosedError } from "./errors.ts";
import { describeAgent } from "./help/describe-agent.ts";
import { Board } from "./hierarchy/board.ts";
import { PrivilegeError } from "./hierarchy/errors.ts";
import { BOARD_ID, Roster } from "./hierarchy/roster.ts";
import { LEAVING_MS } from "./limits.ts";
import { tell } from "./listeners.ts";
import { type Member, newMember } from "./members.ts";
import { OneWay } from "./one-way.ts";
import { Connection } from "./peer/connection.ts";
import { ConnectedAlreadyError } from "./peer/errors.ts";
import { RemoteAgent } from "./peer/remote-agent.ts";
import { OwnPlace, type PlaceParts } from "./place.ts";
import { findPlace, givePlaceUp, takePlace } from "./place-of.ts";
import { PresenceNews, presenceOf } from "./presence.ts";
import { Provenance } from "./provenance.ts";
import { Speech } from "./speech.ts";
import { Threads } from "./thread.ts";
import type { AuditEntry, Entry, Node, Place, PresenceEvent } from "./types.ts";

export interface SpaceOptions {
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  readonly newId?: () => string;
  /** Of its owner, whose budget counts for everybody together; all there are, unless given. */
  readonly privileges?: Privileges;
  /** Told of every entry of the audit trail; the space itself keeps the last ones. */
  readonly onAudit?: (entry: AuditEntry) => void;
  /** Told what listeners, `onAudit` and `answered` threw; a warning of the process unless given. */
  readonly onProblem?: (error: unknown) => void;
}

export interface SpaceConnectOptions {
  /** The capability that members' are cut from; by default one for all that the client may do is made. */
  readonly capability?: string | undefined;
  /** What the space is called at the peer, where `collective agents` shows it; `board` unless given. */
  readonly name?: string | undefined;
}

/** What a space holds at this moment; all of it is 0 once everybody has left. */
export interface SpaceStats {
  readonly members: number;
  readonly exchanges: number;
  readonly listeners: number;
}

/**
 * Where nodes meet: it delivers what they say to each other, and nothing else connects them. Whoever opens it is its board, at
 * level 0, with a `place` of its own; those who are added are at level 1.
 */
export class Space implements AsyncDisposable {
  readonly board: Board;
  /** The board's: what the owner of the space says and asks. */
  readonly place: Place;
  readonly #members = new Map<string, Member>();
  readonly #owner: Member;
  readonly #roster: Roster;
  readonly #audit: AuditTrail;
  readonly #threads = new Threads();
  readonly #provenance = new Provenance<Member>();
  readonly #news: PresenceNews;
  readonly #delivery: Delivery;
  readonly #parts: PlaceParts;
  readonly #now: () => number;
  readonly #newId: () => string;
  readonly #problem: (error: unknown) => void;
  #connection: Connection | undefined;
  #connecting = false;
  #client: ActionClient | undefined;
  #expiry: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  constructor({ clock, newId, privileges, onAudit, onProblem }: SpaceOptions = {}) {
    this.#now = clock ?? Date.now;
    this.#newId = newId ?? randomUUID;
    this.#problem = onProblem === undefined ? warn : (error) => tell(() => onProblem(error), warn);
    this.#roster = new Roster(this.#now(), privileges);
    this.#audit = new AuditTrail(onAudit, this.#problem);
    this.#news = new PresenceNews(this.#problem);
    this.board = new Board({
      members: () => this.#roster.status(),
      exchanges: () => this.#delivery.living(),
      audit: () => this.#audit.entries(),
      terminate: (id) => this.remove(id),
      now: this.#now,
      problem: this.#problem,
    });
    const shared = {
      members: this.#members,
      roster: this.#roster,
      threads: this.#threads,
      provenance: this.#provenance,
      speech: new Speech({ provenance: this.#provenance, now: this.#now, newId: this.#newId }),
      now: this.#now,
      problem: this.#problem,
    };
    this.#delivery = new Delivery({ ...shared, board: this.board, audit: this.#audit });
    this.#parts = {
      ...shared,
      delivery: this.#delivery,
      oneWay: new OneWay({ ...shared, delivery: this.#delivery }),
      news: this.#news,
      addressOf: (member) => this.#connection?.addressOf(member) ?? member.id,
      enter: (node, entry, parent) => this.#enter(node, entry, parent),
      end: (id) => this.#end(id),
      spend: async (member, amount) => this.#spend(member, amount),
    };
    this.#owner = this.#makeOwner();
    this.place = this.#owner.place as Place;
  }

  /**
   * Lets a node in, one level below the board.
   * @throws {AgentNameTakenError | AgentNameError | PrivilegeError | InSpaceAlreadyError | SpaceClosedError}, and what its `joined` throws.
   */
  add(node: Node, entry: Entry = {}): Promise<Place> {
    return this.#enter(node, entry, this.#owner);
  }

  /** Takes a node out, and all below it, the deepest first; returns who is gone. @throws {NoSuchMemberError} */
  remove(id: string): Promise<readonly string[]> {
    return this.#end(id);
  }

  /**
   * Connects it to a peer, for as long as it is open: members get capability tokens for the peer's API, exposed ones can be reached
   * as `name@PeerId`, and all of them can reach those of other peers. A peer that was away is connected to again.
   * @throws {ApiError | PeerUnreachableError | NotJoinedError | ConnectedAlreadyError | SpaceClosedError}
   */
  async connect(client: ActionClient, options: SpaceConnectOptions = {}): Promise<Connection> {
    this.#checkOpen();
    if (this.#connection !== undefined || this.#connecting) throw new ConnectedAlreadyError();
    this.#connecting = true;
    try {
      const connection = await Connection.open({
        client,
        capability: options.capability,
        ownerName: `${wordOf(options.name ?? BOARD_ID)}-${randomUUID()}`,
        privileges: this.place.privileges,
        delivery: this.#delivery,
        speech: this.#parts.speech,
        oneWay: this.#parts.oneWay,
        members: this.#members,
        now: this.#now,
        newId: this.#newId,
        problem: this.#problem,
        news: (event, member) => this.#news.pass(event, member),
        closed: () => this.#disconnected(),
      });
      this.#connection = connection;
      this.#client = client;
      this.#delivery.gateway = connection;
      const members = [...this.#members.values()];
      await Promise.all(members.map((member) => this.#introduce(member)));
      this.#checkOpen();
      return connection;
    } catch (error) {
      await this.#connection?.close();
      throw error;
    } finally {
      this.#connecting = false;
    }
  }

  /** Stands for an agent of another peer, to link to. @param address `name@PeerId` @throws {NotDeliveredError} */
  node(address: string): Node {
    if (!address.includes("@") || !AGENT_ADDRESS.test(address))
      throw new NotDeliveredError("no-address", `"${address}" is no address of an agent at a peer`);
    return new RemoteAgent(address);
  }

  /** The last decisions, the oldest first. */
  audit(): readonly AuditEntry[] {
    return this.#audit.entries();
  }

  stats(): SpaceStats {
    return {
      members: this.#members.size - (this.#members.has(BOARD_ID) ? 1 : 0),
      exchanges: this.#delivery.size,
      listeners: this.#news.size,
    };
  }

  /** Everybody leaves, and nothing more is delivered. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    const top = [...this.#members.values()].filter(({ standing }) => standing.level === 1);
    await Promise.all(top.map(({ id }) => this.#end(id)));
    await this.#connection?.close();
    this.#delivery.closed = true;
    clearTimeout(this.#expiry);
    this.#owner.controller.abort(new SpaceClosedError());
    this.#owner.state = "gone";
    this.#members.clear();
    this.#news.drop(this.#owner);
    this.#threads.clear();
  }

  #makeOwner(): Member {
    const standing = this.#roster.standing(BOARD_ID);
    if (standing === undefined) throw new TypeError("A roster has a board");
    const owner = newMember(new Owner(), standing, false);
    owner.state = "here";
    owner.place = new OwnPlace(owner, this.#parts);
    this.#members.set(BOARD_ID, owner);
    return owner;
  }

  async #enter(node: Node, { privileges, role, expose = false }: Entry, parent: Member): Promise<Place> {
    this.#checkOpen();
    if (findPlace(node) !== undefined) throw new InSpaceAlreadyError(node.id);
    const { id } = node;
    const standing = this.#roster.enter(id, { parent: parent.id, privileges, role }, this.#now());
    if (expose && !standing.privileges.expose) {
      this.#roster.leave(id);
      throw new PrivilegeError(`"${id}" may not be reached from other peers (expose)`);
    }
    const member = newMember(node, standing, expose);
    const place = new OwnPlace(member, this.#parts);
    member.place = place;
    this.#members.set(id, member);
    takePlace(node, place);
    try {
      this.#connection?.admit(member);
      await this.#describe(node);
      // What it cannot say of itself, nobody could call.
      node.describe?.();
      // One that never finishes joining keeps nobody from taking it out again.
      using time = deadline(undefined, member.controller.signal, () => new AgentLeftError(id));
      await time.race((async () => node.joined?.(place))());
      time.throwIfOver();
    } catch (error) {
      // Whoever has its name by now is not what failed.
      if (this.#members.get(id) === member) await this.#end(id).catch(() => []);
      throw error;
    }
    if (member.state !== "joining") throw new AgentLeftError(id);
    member.state = "here";
    this.#watchExpiry();
    try {
      await this.#connection?.expose(member);
    } catch (error) {
      if (this.#members.get(id) === member) await this.#end(id).catch(() => []);
      throw error;
    }
    this.#tell("joined", member);
    return place;
  }

  /** What its types and comments say becomes help, where there is a peer that reads them. */
  async #describe(node: Node): Promise<void> {
    if (this.#client === undefined || !(node instanceof Agent)) return;
    try {
      await describeAgent(this.#client, node.constructor as typeof Agent);
    } catch (error) {
      this.#problem(error);
    }
  }

  /** To a peer that it has come to. */
  async #introduce(member: Member): Promise<void> {
    if (member.token === undefined) this.#connection?.admit(member);
    await this.#describe(member.node);
    if (member.state === "here") await this.#connection?.expose(member);
  }

  #disconnected(): void {
    this.#connection = undefined;
    this.#client = undefined;
    this.#delivery.gateway = undefined;
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw new SpaceClosedError();
  }

  async #end(id: string): Promise<readonly string[]> {
    const ending = this.#roster.ending(id).flatMap((each) => this.#members.get(each) ?? []);
    // All at once: one after the other, those who cling to their place would keep those above them at work.
    for (const member of ending) {
      member.known ??= member.state === "here";
      member.state = "leaving";
      member.goodbye ??= member.known ? this.#goodbye(member.node) : Promise.resolve();
    }
    for (const member of ending) {
      member.gone ??= this.#release(member);
      await member.gone;
    }
    await Promise.all(ending.map(({ revoked }) => revoked));
    this.#watchExpiry();
    return ending.map((member) => member.id);
  }

  /** Takes everything from it, once it has said goodbye. */
  async #release(member: Member): Promise<void> {
    const { id, node, standing, controller, known } = member;
    await member.goodbye;
    controller.abort(new AgentLeftError(id));
    member.state = "gone";
    this.#members.delete(id);
    this.#roster.leave(id);
    givePlaceUp(node);
    this.#news.drop(member);
    this.#connection?.remove(member);
    // What was cut from a capability ends with it, and all of them with the connection.
    const isTop = this.#members.get(standing.parent ?? BOARD_ID)?.state !== "leaving";
    const endsAnyway = this.#closing !== undefined && this.#connection?.isBorrowed === false;
    if (isTop && !endsAnyway) member.revoked = this.#connection?.revoke({ ...member });
    delete member.token;
    for (const other of this.#members.values()) this.#guard(() => other.node.forget?.(node));
    if (known === true) this.#tell("left", member);
  }

  async #goodbye(node: Node): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LEAVING_MS);
    });
    try {
      await Promise.race([(async () => node.leaving?.())(), late]);
    } catch (error) {
      this.#problem(error);
    } finally {
      clearTimeout(timer);
    }
  }

  #tell(kind: PresenceEvent["kind"], member: Member): void {
    const event = Object.freeze({ kind, who: presenceOf(member, this.#parts.addressOf(member)) });
    const now = this.#now();
    this.#news.tell(event, (other) => other !== member && this.#roster.mayTalk(other.id, member.id, now));
  }

  async #spend(member: Member, amount: Partial<Spent>): Promise<void> {
    this.#roster.spend(member.id, amount, this.#now());
    await this.#connection?.spend(member, amount);
  }

  /** Ends those whose privileges' time is over, when it is. */
  #watchExpiry(): void {
    clearTimeout(this.#expiry);
    const next = this.#roster.nextExpiry();
    if (next === undefined || this.#closing !== undefined) return;
    const inMs = Math.min(Math.max(next - this.#now(), 0), 2 ** 31 - 1);
    this.#expiry = setTimeout(() => {
      const over = this.#roster.expired(this.#now());
      void Promise.all(over.map((id) => this.#end(id))).then(() => this.#watchExpiry(), this.#problem);
    }, inMs).unref();
  }

  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#problem(error);
    }
  }
}

/** The board as a node: it has no actions; what it sent without waiting is answered into the audit trail alone. */
class Owner implements Node {
  readonly id = BOARD_ID;

  async *receive(): AsyncGenerator<never, void, void> {
    const message = "The board takes no messages";
    yield { intent: "error", content: { code: "unknown-action", message } } as never;
  }
}

/** As names of agents go. */
function wordOf(name: string): string {
  return (
    name
      .replace(/[^a-zA-Z0-9]+/g, "-")
      .replace(/^-/, "")
      .slice(0, 64) || BOARD_ID
  );
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : new Error(String(error)));
}
