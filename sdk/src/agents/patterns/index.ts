export {
  type Contract,
  type Contracted,
  type ContractFailure,
  contractNet,
  type Proposal,
} from "./contract-net.ts";
export { type Call, CONTRACT_NET, type Reason, type Terms } from "./contract-words.ts";
export { Contractor, Refusal } from "./contractor.ts";
export * from "./errors.ts";
export { InnerCritic, type InnerCriticOptions } from "./inner-critic.ts";
export { patternLimits } from "./limits.ts";
