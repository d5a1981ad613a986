import type { ActionView, VerificationView } from "@action-collective/protocol";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { type ApiFailure, asFailure, call } from "../api.ts";
import { Button, Card, Empty, Failure, Loaded, useLoad } from "../parts/index.ts";
import { CaseItem } from "./case-item.tsx";
import { ReportSummary } from "./report-summary.tsx";
import { TestList } from "./test-list.tsx";

/** The cases and the test of an action, and what running them on this machine found. */
export function CasesTab({ action }: { readonly action: ActionView }): VNode {
  const { id, cases, hasTest, standing } = action;
  const load = useLoad((signal) => call("report", { ref: id, signal }), [id, standing]);
  const [fresh, setFresh] = useState<VerificationView | undefined>();
  const [failure, setFailure] = useState<ApiFailure | undefined>();
  const verify = async () => {
    setFailure(undefined);
    try {
      setFresh(await call("verify", { ref: id, body: {} }));
    } catch (error) {
      setFailure(asFailure(error));
    }
  };
  return (
    <div class="stack-wide">
      <Card
        title="Last test on this machine"
        end={
          <Button kind="main" busy="Running the test" onPress={verify}>
            Run the test now
          </Button>
        }
      >
        {failure && <Failure failure={failure} />}
        <Loaded load={load}>
          {({ report }) => {
            const shown = fresh ?? report;
            return shown === null ? (
              <Empty title="It was never tested here">
                <p class="small">What others found stands under Verdicts.</p>
              </Empty>
            ) : (
              <ReportSummary report={shown} />
            );
          }}
        </Loaded>
      </Card>
      <Card title={`Cases (${cases.length})`}>
        {cases.length === 0 ? (
          <Empty title="It has no cases" />
        ) : (
          <ol class="cases">
            {cases.map((one, at) => (
              <li key={at}>
                <CaseItem
                  number={at + 1}
                  one={one}
                  result={(fresh ?? load.value?.report)?.cases.find(({ index }) => index === at)}
                />
              </li>
            ))}
          </ol>
        )}
      </Card>
      {hasTest && <TestList report={fresh ?? load.value?.report ?? undefined} />}
    </div>
  );
}
