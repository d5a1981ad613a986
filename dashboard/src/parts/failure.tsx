import type { VNode } from "preact";
import type { ApiFailure } from "../api.ts";
import { Lines, Text } from "../text.tsx";

/** What went wrong, and what to do about it. */
export const Failure = ({
  failure,
  again,
}: {
  readonly failure: ApiFailure;
  readonly again?: () => void;
}): VNode => (
  <div class="failure" role="alert">
    <p>
      <strong>
        <Lines value={failure.message} />
      </strong>{" "}
      <code>{failure.code}</code>
    </p>
    {failure.details.length > 0 && (
      <ul>
        {failure.details.map((detail) => (
          <li key={detail}>
            <Text value={detail} />
          </li>
        ))}
      </ul>
    )}
    <p>
      <Lines value={failure.remedy} />
    </p>
    {again && (
      <button type="button" onClick={again}>
        Try again
      </button>
    )}
  </div>
);
