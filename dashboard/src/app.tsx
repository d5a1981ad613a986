import { type ComponentType, Fragment, type VNode } from "preact";
import { useEffect, useErrorBoundary, useRef } from "preact/hooks";
import { asFailure } from "./api.ts";
import { connected, listen, status, trouble } from "./live.ts";
import { Failure } from "./parts/failure.tsx";
import { Loading } from "./parts/loading.tsx";
import { SignedOut } from "./parts/signed-out.tsx";
import { go, href, type Place, route, type ViewName, type ViewProps } from "./router.ts";
import { logOut, session } from "./session.ts";
import { Lines } from "./text.tsx";
import { nextTheme, theme } from "./theme.ts";

interface ViewModule {
  readonly View: ComponentType<ViewProps>;
}
/** All of them in one script: it comes from this very machine, and is smaller in one piece. */
const modules = import.meta.glob<ViewModule>("./views/*.tsx", { eager: true });

const TITLES: Readonly<Record<Place["view"], string>> = {
  overview: "Overview",
  actions: "Actions",
  action: "Action",
  network: "Network",
  peer: "Peer",
  reputation: "Reputation",
  runs: "Runs",
  policy: "Policy",
  unknown: "Nothing here",
};
const TABS = ["overview", "actions", "network", "runs", "policy"] as const;
const TAB_OF: Partial<Record<Place["view"], (typeof TABS)[number]>> = {
  action: "actions",
  reputation: "actions",
  peer: "network",
};

export function App(): VNode {
  const state = session.value;
  useEffect(() => {
    if (state === "open") void listen();
  }, [state]);
  if (state === "opening") return <Loading what="Logging in" />;
  if (state !== "open") return <SignedOut refused={state === "refused"} />;
  return <Shell />;
}

function Shell(): VNode {
  const place = route.value;
  const main = useRef<HTMLElement>(null);
  const at = `${place.view}/${place.ref}`;
  const before = useRef(at);
  useEffect(() => {
    document.title = `${TITLES[place.view]} · Action Collective`;
    if (before.current === at) return;
    before.current = at;
    // A new page begins at its top, also for those who listen to it.
    scrollTo(0, 0);
    // A view that put the focus somewhere itself knows better.
    if (!main.current?.contains(document.activeElement)) main.current?.focus({ preventScroll: true });
  }, [at, place.view]);
  useEffect(() => {
    document.addEventListener("keydown", focusSearch);
    return () => document.removeEventListener("keydown", focusSearch);
  }, []);
  return (
    <Fragment>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <Header tab={at === "reputation/" ? "network" : (TAB_OF[place.view] ?? place.view)} />
      <main id="main" tabIndex={-1} ref={main}>
        <Trouble />
        <CurrentView key={at} place={place} />
      </main>
    </Fragment>
  );
}

function Header({ tab }: { readonly tab: string }): VNode {
  return (
    <header class="top">
      <a class="brand" href={href("overview")}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path class="hexagon" d="M8 1l6 3.5v7L8 15l-6-3.5v-7z" />
          <path class="tick" d="M5 8.2l2.2 2.2L11.2 6" />
        </svg>
        <span>Action Collective</span>
      </a>
      <nav aria-label="Pages">
        {TABS.map((name) => (
          <a key={name} href={href(name)} {...(name === tab ? { "aria-current": "page" } : {})}>
            {TITLES[name]}
          </a>
        ))}
      </nav>
      <div class="top-end">
        <span class={`live ${connected.value ? "on" : "off"}`} role="status">
          {connected.value ? "live" : status.value === undefined ? "connecting" : "not connected"}
        </span>
        <button
          type="button"
          class="quiet"
          onClick={nextTheme}
          aria-label={`Colours: ${theme.value}. Change`}
          title="Light, dark, or as the system says"
        >
          {theme.value === "system" ? "Auto" : theme.value === "light" ? "Light" : "Dark"}
        </button>
        <button type="button" class="quiet" onClick={() => void logOut()}>
          Log out
        </button>
      </div>
    </header>
  );
}

/** What stands on the page stays readable, and is said to be old. */
function Trouble(): VNode | null {
  const failure = trouble.value;
  if (failure === undefined) return null;
  return (
    <div class="trouble" role="status">
      <p>
        <strong>{failure.message}.</strong> What stands here may be old. <Lines value={failure.remedy} />
      </p>
    </div>
  );
}

function CurrentView({ place }: { readonly place: Place }): VNode {
  // What cannot be shown must not take the way to everything else with it.
  const [error, again] = useErrorBoundary();
  const View = modules[`./views/${place.view}.tsx`]?.View;
  if (error !== undefined) return <Failure failure={asFailure(error)} again={again} />;
  if (View !== undefined) return <View params={place} />;
  return (
    <section class="page">
      <h1>There is nothing at this address</h1>
      <p>
        <a href={href("overview")}>Go to the overview</a>
      </p>
    </section>
  );
}

/** `/` goes to the search field, as people know it from elsewhere. */
function focusSearch(event: KeyboardEvent): void {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target;
  if (target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]")) return;
  event.preventDefault();
  const field = document.querySelector<HTMLInputElement>("input[type=search]");
  if (field !== null) field.focus();
  else go("actions" satisfies ViewName);
}
