/** Every document whose commands a reader types. */
export const DOCUMENTS: readonly string[] = [
  "README.md",
  "docs/tutorial.md",
  "docs/how-to/join.md",
  "docs/how-to/publish.md",
  "docs/how-to/rules.md",
  "docs/how-to/search.md",
  "docs/how-to/trust.md",
];
