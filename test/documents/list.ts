/** Every document whose commands a reader types. */
export const DOCUMENTS: readonly string[] = ["README.md"];
