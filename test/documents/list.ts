/** Every document whose commands a reader types. */
export const DOCUMENTS: readonly string[] = [
  "README.md",
  "docs/tutorial.md",
  "docs/security.md",
  "docs/how-to/agent-hosts.md",
  "docs/how-to/dashboard.md",
  "docs/how-to/import.md",
  "docs/how-to/join.md",
  "docs/how-to/monitoring.md",
  "docs/how-to/publish.md",
  "docs/how-to/reproducible-agents.md",
  "docs/how-to/rules.md",
  "docs/how-to/search.md",
  "docs/how-to/service.md",
  "docs/how-to/troubleshooting.md",
  "docs/how-to/trust.md",
];

/** Those that point to others, and have nothing to type, or tests of their own for it. */
export const POINTING: readonly string[] = [
  "llms.txt",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "sdk/README.md",
  "sdk/agents.md",
  "examples/README.md",
  "bootstrap/RUNBOOK.md",
];
