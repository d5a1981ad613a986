import { lookup, resolveTxt } from "node:dns/promises";
import { connect } from "node:net";
import { CollectiveError } from "@action-collective/protocol";
import { planJoining } from "../../network-lists/join-plan.ts";
import type { Settings } from "../../settings.ts";
import type { BootstrapFound, Dialled } from "../types.ts";

/** All at once; the supervisor of a peer joins through fewer. */
const MOST_DIALLED = 16;
const TIMEOUT_MS = 2_500;

/** Plans as the peer would, and opens a TCP connection to each node. Nothing is sent. */
export async function lookAtBootstrap(settings: Settings): Promise<BootstrapFound> {
  try {
    const { bootstrap, note } = await planJoining(settings, { now: Date.now(), random: Math.random });
    const dialled = await Promise.all(bootstrap.slice(0, MOST_DIALLED).map((address) => dial(address)));
    return { note, dialled, left: Math.max(0, bootstrap.length - MOST_DIALLED) };
  } catch (error) {
    if (!(error instanceof CollectiveError)) throw error;
    const { message, remedy } = error;
    return { note: message, failure: { message, remedy }, dialled: [], left: 0 };
  }
}

/** Host and port of an address over TCP; a `dnsaddr` has no port, and what it leads to is resolved by the peer. */
async function dial(address: string): Promise<Dialled> {
  const [, protocol = "", host = "", transport, portText] = address.split("/");
  if (protocol === "dnsaddr") return await resolveAddresses(address, host);
  const port = Number(portText);
  if (transport !== "tcp" || !Number.isInteger(port) || port < 1 || port > 65_535)
    return { address, result: "not-dialled", detail: "not a TCP address" };
  if (!protocol.startsWith("dns")) return await connectTo(address, host, port);
  const family = protocol === "dns4" ? 4 : protocol === "dns6" ? 6 : 0;
  try {
    const { address: resolved } = await inTime(lookup(host, { family }));
    return await connectTo(address, resolved, port);
  } catch (error) {
    return { address, result: "no-name", detail: codeOf(error) };
  }
}

async function resolveAddresses(address: string, host: string): Promise<Dialled> {
  try {
    const texts = await inTime(resolveTxt(`_dnsaddr.${host}`));
    return { address, result: "not-dialled", detail: `leads to ${texts.length} addresses` };
  } catch (error) {
    return { address, result: "no-name", detail: codeOf(error) };
  }
}

function connectTo(address: string, host: string, port: number): Promise<Dialled> {
  return new Promise((done) => {
    const began = performance.now();
    const socket = connect({ host, port });
    const end = (result: Dialled["result"], detail: string) => {
      socket.destroy();
      done({ address, result, detail });
    };
    socket.setTimeout(TIMEOUT_MS, () => end("timeout", `no answer in ${TIMEOUT_MS} ms`));
    socket.once("connect", () => end("reached", `${Math.ceil(performance.now() - began)} ms`));
    socket.once("error", (error) =>
      end(codeOf(error) === "ECONNREFUSED" ? "refused" : "unreachable", codeOf(error)),
    );
  });
}

/** A resolver cannot be told to stop; it is not waited for. */
async function inTime<Value>(work: Promise<Value>): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("no answer in time")), TIMEOUT_MS);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}
