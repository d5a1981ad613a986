import type { ActionView, Versions } from "@action-collective/protocol";
import type { VNode } from "preact";
import { call } from "../api.ts";
import { ActionLink, Card, Chip, Empty, Loaded, Peer, StandingChip, Time, useLoad } from "../parts/index.ts";
import { scoreText } from "../parts/words.ts";
import { Text } from "../text.tsx";

type Version = Versions["versions"][number];
const RELATIONS: Readonly<Record<Version["relation"], string>> = {
  successor: "newer",
  predecessor: "older",
  duplicate: "much alike",
};

/** What could stand in this action's place. */
export function VersionsTab({ action: { id } }: { readonly action: ActionView }): VNode {
  const load = useLoad((signal) => call("versions", { ref: id, signal }), [id]);
  return (
    <Card title="Versions and near-duplicates">
      <Loaded load={load}>
        {({ versions }) =>
          versions.length === 0 ? (
            <Empty title="None is known here">
              <p class="small">
                An action never changes under its id: what its author changes is another action.
              </p>
            </Empty>
          ) : (
            <VersionTable versions={versions} />
          )
        }
      </Loaded>
    </Card>
  );
}

const VersionTable = ({ versions }: { readonly versions: readonly Version[] }): VNode => (
  <div class="table">
    <table>
      <thead>
        <tr>
          <th scope="col">Relation</th>
          <th scope="col">Action</th>
          <th scope="col">Standing</th>
          <th scope="col">Score</th>
          <th scope="col">By</th>
          <th scope="col">First seen</th>
        </tr>
      </thead>
      <tbody>
        {versions.map((version) => (
          <tr key={version.id}>
            <td>
              <Chip tone={version.relation === "successor" ? "info" : "plain"}>
                {RELATIONS[version.relation]}
              </Chip>
            </td>
            <td>
              <ActionLink id={version.id} name={version.name} />
              {version.withdrawn && <div class="soft">taken back</div>}
              {version.refused !== undefined && (
                <div class="soft why">
                  <Text value={version.refused} />
                </div>
              )}
            </td>
            <td class="nowrap">
              <StandingChip standing={version.standing} />
            </td>
            <td class="number">{scoreText(version.score)}</td>
            <td>
              {version.publishers.slice(0, 2).map((peer) => (
                <div key={peer}>
                  <Peer id={peer} />
                </div>
              ))}
            </td>
            <td class="nowrap">
              <Time at={version.firstSeen} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
