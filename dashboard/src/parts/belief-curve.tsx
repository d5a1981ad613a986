import type { VNode } from "preact";
import { beliefOf } from "./beta.ts";
import { scoreText } from "./words.ts";

const WIDTH = 320;
const HEIGHT = 96;
const TOP = 20;
const BOTTOM = 76;

/** How often the next run may serve, given the evidence: what lies left of the score is the unlikely tenth. */
export function BeliefCurve({
  passes,
  failures,
  score,
}: {
  readonly passes: number;
  readonly failures: number;
  readonly score: number;
}): VNode {
  const { points, mean } = beliefOf(passes, failures);
  const x = (share: number) => round(share * WIDTH);
  const path = points.map((point) => `${x(point.x)} ${round(BOTTOM - point.y * (BOTTOM - TOP))}`).join("L");
  const left = points
    .filter((point) => point.x <= score)
    .map((point) => `${x(point.x)} ${round(BOTTOM - point.y * (BOTTOM - TOP))}`)
    .join("L");
  const sentence = `A curve from never to always. It is highest near ${scoreText(mean)}; the score, ${scoreText(score)}, is its cautious end.`;
  return (
    <svg class="belief" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={sentence}>
      <path class="likely" d={`M0 ${BOTTOM}L${path}L${WIDTH} ${BOTTOM}Z`} />
      {left !== "" && <path class="unlikely" d={`M0 ${BOTTOM}L${left}L${x(score)} ${BOTTOM}Z`} />}
      <path class="outline" d={`M${path}`} />
      <path class="mean" d={`M${x(mean)} ${TOP - 4}V${BOTTOM}`} />
      <path class="score" d={`M${x(score)} ${TOP - 4}V${BOTTOM}`} />
      <path class="axis" d={`M0 ${BOTTOM}H${WIDTH}`} />
      <text x={clamped(x(score), 46)} y={TOP - 8} class="score-label">
        score {scoreText(score)}
      </text>
      <text x="0" y={HEIGHT - 4} class="start">
        never serves
      </text>
      <text x={WIDTH} y={HEIGHT - 4} class="end">
        always serves
      </text>
    </svg>
  );
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** So that a label at the edge stays inside. */
const clamped = (at: number, half: number): number => Math.min(WIDTH - half, Math.max(half, at));
