import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

let made = 0;

/** Why namespaces cannot be used here; undefined when they can. Making them takes Linux, root and iproute2. */
export async function namespacesMissing(): Promise<string | undefined> {
  if (process.platform !== "linux") return "network namespaces are Linux's";
  if (process.getuid?.() !== 0) return "making network namespaces takes root";
  try {
    await using space = await NetNamespace.make();
    await space.ip("link", "show", "lo");
    return undefined;
  } catch (error) {
    return `no network namespace could be made: ${error instanceof Error ? error.message.trim() : String(error)}`;
  }
}

/** Why delay and loss cannot be had here; undefined when they can. */
export async function netemMissing(): Promise<string | undefined> {
  const missing = await namespacesMissing();
  if (missing !== undefined) return missing;
  try {
    await using space = await NetNamespace.make();
    await space.exec("tc", "qdisc", "add", "dev", "lo", "root", "netem", "delay", "1ms");
    return undefined;
  } catch {
    return "this kernel has no netem, or tc is not installed";
  }
}

/** A network of its own inside the kernel, with nothing but a loopback device. */
export class NetNamespace implements AsyncDisposable {
  readonly name: string;

  private constructor(name: string) {
    this.name = name;
  }

  static async make(): Promise<NetNamespace> {
    const space = new NetNamespace(`collective-${process.pid}-${made++}`);
    await run("ip", ["netns", "add", space.name]);
    await space.ip("link", "set", "lo", "up");
    return space;
  }

  /** What starts a process inside. */
  get launcher(): readonly string[] {
    return ["ip", "netns", "exec", this.name];
  }

  async ip(...args: string[]): Promise<void> {
    await run("ip", ["-n", this.name, ...args]);
  }

  async exec(command: string, ...args: string[]): Promise<string> {
    const { stdout } = await run("ip", ["netns", "exec", this.name, command, ...args]);
    return stdout;
  }

  /** Bytes that a device of it has sent so far, TCP's and IP's own included. On `lo` each byte counts once. */
  async bytesSent(device = "lo"): Promise<number> {
    return Number(await this.exec("cat", `/sys/class/net/${device}/statistics/tx_bytes`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run("ip", ["netns", "delete", this.name]);
  }
}

/**
 * One namespace for each address `10.77.0.1` … `10.77.0.n`, joined by a bridge; what leaves any of them is late and
 * sometimes lost, as `netem` says.
 */
export class BridgedNamespaces implements AsyncDisposable {
  readonly spaces: readonly { readonly space: NetNamespace; readonly address: string }[];
  readonly #all: AsyncDisposableStack;

  private constructor(spaces: BridgedNamespaces["spaces"], all: AsyncDisposableStack) {
    this.spaces = spaces;
    this.#all = all;
  }

  /** @param netem e.g. `["delay", "50ms", "10ms", "loss", "1%"]`; empty: neither late nor lost */
  static async make(count: number, netem: readonly string[]): Promise<BridgedNamespaces> {
    await using making = new AsyncDisposableStack();
    const middle = making.use(await NetNamespace.make());
    await middle.ip("link", "add", "bridge", "type", "bridge");
    await middle.ip("link", "set", "bridge", "up");
    const spaces: { space: NetNamespace; address: string }[] = [];
    for (let at = 1; at <= count; at++) {
      const space = making.use(await NetNamespace.make());
      const address = `10.77.0.${at}`;
      const port = `port${at}`;
      await middle.ip("link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", space.name);
      await middle.ip("link", "set", port, "master", "bridge", "up");
      await space.ip("address", "add", `${address}/24`, "dev", "eth0");
      await space.ip("link", "set", "eth0", "up");
      if (netem.length > 0) await space.exec("tc", "qdisc", "add", "dev", "eth0", "root", "netem", ...netem);
      spaces.push({ space, address });
    }
    return new BridgedNamespaces(spaces, making.move());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#all.disposeAsync();
  }
}

/** Resident memory of a process, in megabytes. Linux. */
export async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}
