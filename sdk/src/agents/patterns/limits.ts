/** Bounds of patterns. */
export const patternLimits = {
  /** Agents that one call for proposals goes to. */
  contractors: 128,
  /** Longest wait for the result of an accepted proposal, in milliseconds. */
  performMs: 600_000,
  /** Proposals of one contractor that wait for a decision; beyond that it refuses. */
  openProposals: 256,
  /** Of one caller among those, so that none crowds out the others. */
  openProposalsOfOne: 32,
  /** A proposal binds so long after the deadline it was made for, in milliseconds; then nobody is coming back. */
  bindingMs: 600_000,
  /** Drafts that a critic sends back. */
  rounds: 5,
} as const;
