import type { Standing } from "@action-collective/protocol";
import type { Style } from "./output.ts";

const STYLES: Record<Standing, Style> = { passed: "green", failed: "red", pending: "yellow", unknown: "dim" };

export function standingStyle(standing: Standing): Style {
  return STYLES[standing];
}
