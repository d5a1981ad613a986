import type { VerificationView } from "@action-collective/protocol";
import type { VNode } from "preact";
import { Card, Chip } from "../parts/index.ts";
import { Lines, Text } from "../text.tsx";

/** The tests of an action's test module, as they ran here. */
export const TestList = ({ report }: { readonly report: VerificationView | undefined }): VNode => (
  <Card title={`Test module${report === undefined ? "" : ` (${report.tests.length})`}`}>
    {report === undefined || report.tests.length === 0 ? (
      <p class="small soft">
        Its tests are named here once they ran on this machine. Its code stands under Code.
      </p>
    ) : (
      <ul class="plain-list divided">
        {report.tests.map(({ name, status, message }, at) => (
          <li key={at} class="stack">
            <span class="row">
              <Chip tone={status === "passed" ? "good" : "bad"}>{status}</Chip>
              <Text value={name} />
            </span>
            {message !== undefined && (
              <pre>
                <Lines value={message} />
              </pre>
            )}
          </li>
        ))}
      </ul>
    )}
  </Card>
);
