import type { ActionView } from "@action-collective/protocol";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { CasesTab } from "../action/cases-tab.tsx";
import { CodeTab } from "../action/code-tab.tsx";
import { ActionHeader } from "../action/header.tsx";
import { TryIt } from "../action/try-it.tsx";
import { VerdictsTab } from "../action/verdicts-tab.tsx";
import { VersionsTab } from "../action/versions-tab.tsx";
import { call } from "../api.ts";
import { onEvent } from "../live.ts";
import { Failure, Loading, useLoad } from "../parts/index.ts";
import { href, type ViewProps } from "../router.ts";

const TABS = [
  ["try", "Try it"],
  ["code", "Code"],
  ["test", "Test"],
  ["verdicts", "Verdicts"],
  ["versions", "Versions"],
] as const;
type Tab = (typeof TABS)[number][0];

/** Records about one action may come in dozens. */
const RELOAD_MS = 1_500;

/** All that is known of one action, and a form to try it. */
export function View({ params: { ref, query } }: ViewProps): VNode {
  const load = useLoad((signal) => call("show", { ref, signal }), [ref]);
  useReloadOnNews(load.value?.id, load.reload);
  const action = load.value;
  if (action === undefined)
    return load.failure ? <Failure failure={load.failure} again={load.reload} /> : <Loading />;
  const tab: Tab = TABS.find(([name]) => name === query.get("tab"))?.[0] ?? "try";
  return (
    <div class="page">
      <ActionHeader action={action} />
      <nav class="tabs" aria-label="Parts of this action">
        {TABS.map(([name, title]) => (
          <a
            key={name}
            href={href("action", ref, { tab: name === "try" ? "" : name })}
            {...(name === tab ? { "aria-current": "page" as const } : {})}
          >
            {title} {countOf(name, action)}
          </a>
        ))}
      </nav>
      <TabContent tab={tab} action={action} />
    </div>
  );
}

function TabContent({ tab, action }: { readonly tab: Tab; readonly action: ActionView }): VNode {
  switch (tab) {
    case "try":
      return <TryIt action={action} />;
    case "code":
      return <CodeTab action={action} />;
    case "test":
      return <CasesTab action={action} />;
    case "verdicts":
      return <VerdictsTab action={action} />;
    case "versions":
      return <VersionsTab action={action} />;
  }
}

function countOf(tab: Tab, { verdicts, cases, similar }: ActionView): VNode | null {
  const count =
    tab === "verdicts"
      ? verdicts.length
      : tab === "test"
        ? cases.length
        : tab === "versions"
          ? similar.length
          : 0;
  return count === 0 ? null : <span class="count">{count}</span>;
}

/** Loads again when something about this action was heard, not more often than it can be read. */
function useReloadOnNews(id: string | undefined, reload: () => void): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = (about: string) => {
      if (about !== id || timer !== undefined) return;
      timer = setTimeout(() => {
        timer = undefined;
        reload();
      }, RELOAD_MS);
    };
    const stops = [
      onEvent("verified", (event) => soon(event.id)),
      onEvent("arrived", ({ subject }) => soon(subject)),
    ];
    return () => {
      clearTimeout(timer);
      for (const stop of stops) stop();
    };
  }, [id, reload]);
}
