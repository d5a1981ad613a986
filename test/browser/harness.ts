import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { addingAction } from "../helpers/adding-action.ts";
import { hostileAction } from "../helpers/hostile-action.ts";
import { PeerProcess, STOCKED } from "../helpers/processes.ts";
import { until } from "../helpers/until.ts";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
/** A small laptop's window. */
const VIEWPORT = { width: 1280, height: 800 };

/**
 * Three peers that know each other. `mine` is the one whose dashboard is looked at: it has the starter library. `friend`
 * publishes `addN1` and `addN2`, `stranger` an action whose every text is hostile; the two have tested each other's.
 */
export class ThreePeers implements AsyncDisposable {
  readonly mine: PeerProcess;
  readonly friend: PeerProcess;
  readonly stranger: PeerProcess;

  private constructor(mine: PeerProcess, friend: PeerProcess, stranger: PeerProcess) {
    this.mine = mine;
    this.friend = friend;
    this.stranger = stranger;
  }

  static async start(): Promise<ThreePeers> {
    await using opened = new AsyncDisposableStack();
    const mine = opened.use(await PeerProcess.start({ env: STOCKED }));
    const bootstrap = mine.started.addresses;
    const friend = opened.use(await PeerProcess.start({ bootstrap }));
    const stranger = opened.use(await PeerProcess.start({ bootstrap }));
    await until(async () => (await mine.client.peers()).length === 2, { what: "the peers to meet" });
    await friend.client.publish(addingAction(1));
    await friend.client.publish(addingAction(2));
    await stranger.client.publish(hostileAction);
    for (const [peer, name] of [
      [mine, "addN1"],
      [mine, hostileAction.name],
      [stranger, "addN1"],
    ] as const) {
      await until(() => peer.client.show(name).catch(() => undefined), { what: `${name} to arrive` });
      await peer.client.verify(name);
    }
    const { peerId } = await friend.client.identity();
    await mine.client.say({ peer: peerId, level: 1, reason: "we met" });
    await mine.client.run("addN1", { x: 41 });
    opened.move();
    return new ThreePeers(mine, friend, stranger);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.mine, this.friend, this.stranger].map((peer) => peer[Symbol.asyncDispose]()));
  }
}

/** One browser for a file of tests, and the pages it opened. */
export class TestBrowser implements AsyncDisposable {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async launch(): Promise<TestBrowser> {
    const args = ["--no-sandbox", "--disable-gpu"];
    return new TestBrowser(await chromium.launch({ executablePath: CHROMIUM, args }));
  }

  /** A browser without any cookies, in which nobody is logged in. */
  async person(options: Parameters<Browser["newContext"]>[0] = {}): Promise<Person> {
    return new Person(await this.#browser.newContext({ viewport: VIEWPORT, ...options }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}

/** Somebody with a browser of their own, whose pages are watched for what must not happen. */
export class Person implements AsyncDisposable {
  readonly context: BrowserContext;
  /** Errors of scripts, what the console calls an error, and requests that leave the dashboard's origin. */
  readonly faults: string[] = [];

  constructor(context: BrowserContext) {
    this.context = context;
  }

  /** A new tab with the peer's dashboard, logged in by a fresh link. */
  async open(peer: PeerProcess, path = "/"): Promise<Page> {
    const { url } = await peer.client.openDashboard();
    const page = await this.tab(new URL(url).origin);
    await page.goto(url);
    await page.getByRole("navigation").first().waitFor();
    if (path !== "/") await page.goto(`${new URL(url).origin}/#${path}`);
    return page;
  }

  /** An empty tab. @param origin the only one that it may ask */
  async tab(origin: string): Promise<Page> {
    const page = await this.context.newPage();
    page.on("pageerror", (error) => this.faults.push(`error: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") this.faults.push(`console: ${message.text()}`);
    });
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (url.protocol !== "data:" && url.origin !== origin) this.faults.push(`request: ${request.url()}`);
    });
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
  }
}
