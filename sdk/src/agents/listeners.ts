/** Tells a listener something: what it throws, at once or later, goes to `problem` and harms nobody else. */
export function tell(listener: () => unknown, problem: (error: unknown) => void): void {
  (async () => await listener())().catch(problem);
}
