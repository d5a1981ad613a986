export {
  type ClassInFile,
  type Describing,
  describeAgent,
} from "./describe-agent.ts";
export { AgentSourceError } from "./errors.ts";
export type { DescribableClass } from "./generated.ts";
