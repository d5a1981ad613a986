import type { RunView } from "@action-collective/protocol";
import type { VNode } from "preact";
import { countText, durationText, momentText } from "../format.ts";
import { href } from "../router.ts";
import { Text } from "../text.tsx";
import { ActionLink } from "./action-link.tsx";
import { Chip, PermissionChips } from "./chip.tsx";
import { Time } from "./time.tsx";
import { PERMITTED, statusKind, statusText } from "./words.ts";

const TONES = { good: "good", held: "warn", bad: "bad" } as const;

/** One run as a line; opened, all that its receipt says. */
export function RunRow({ run, onlyThis }: { readonly run: RunView; readonly onlyThis: boolean }): VNode {
  const { id, name, started, durationMs, status, agent, permitted, granted, attempts = 0 } = run;
  const kind = statusKind(run);
  const tried = kind === "held";
  return (
    <li>
      <details class="run">
        <summary>
          <Chip tone={TONES[kind]}>{status === "ok" ? "ok" : tried ? "not run" : "failed"}</Chip>
          <span class="run-name">{name === "" ? <code>{id.slice(0, 15)}</code> : <Text value={name} />}</span>
          <span class="run-what">
            {status === "ok" ? durationText(durationMs) : statusText(status)}
            {attempts > 1 && `, ${attempts} times`}
          </span>
          <span class="run-who soft">{agent === undefined ? "you" : <Text value={agent.name} />}</span>
          <span class="run-when soft">
            <Time at={started} />
          </span>
        </summary>
        <dl class="facts">
          <dt>Action</dt>
          <dd>
            <ActionLink id={id} name={name} />
            {!onlyThis && (
              <>
                {" · "}
                <a href={href("runs", "", { action: id })}>only its runs</a>
              </>
            )}
          </dd>
          <dt>Ended</dt>
          <dd>
            {statusText(status)} {status !== "ok" && <code>{status}</code>}
          </dd>
          <dt>For</dt>
          <dd>
            {agent === undefined ? (
              "you: no agent's capability was used"
            ) : (
              <>
                the agent <Text value={agent.name} />{" "}
                <code class="break">
                  <Text value={agent.id} />
                </code>
              </>
            )}
          </dd>
          <dt>Permitted</dt>
          <dd>
            {permitted === undefined
              ? tried
                ? "no: the action was not called"
                : "not written down"
              : PERMITTED[permitted]}
          </dd>
          <dt>Was given</dt>
          <dd>
            {(granted.net?.length ?? 0) + (granted.secrets?.length ?? 0) === 0 ? (
              "nothing but its input"
            ) : (
              <PermissionChips permissions={granted} />
            )}
          </dd>
          <dt>{tried ? "Tried" : "Started"}</dt>
          <dd>
            {momentText(started)}
            {tried
              ? attempts > 1 && `, the last of ${countText(attempts, "time")}`
              : `, for ${durationText(durationMs)}`}
          </dd>
          <dt>Run</dt>
          <dd>
            <code class="break">
              <Text value={run.run} />
            </code>
          </dd>
        </dl>
      </details>
    </li>
  );
}
