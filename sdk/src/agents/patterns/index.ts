export {
  type Contract,
  type Contracted,
  type ContractFailure,
  contractNet,
  type Proposal,
} from "./contract-net.ts";
export { type Call as CallForProposals, CONTRACT_NET } from "./contract-words.ts";
export { Contractor, Refusal } from "./contractor.ts";
export * from "./errors.ts";
export { InnerCritic, type InnerCriticOptions } from "./inner-critic.ts";
export { patternLimits } from "./limits.ts";
