/** However many ask, it is made once at a time and once in a while. One that failed is made again for the next who asks. */
export function onceIn<T>(ms: number, clock: () => number, make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  let madeAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = clock();
    if (made === undefined || now - madeAt >= ms || now < madeAt) {
      madeAt = now;
      const making = make();
      making.catch(() => {
        if (made === making) made = undefined;
      });
      made = making;
    }
    return made;
  };
}

/** What many families read at one scrape is read once for all of them: until the end of this turn of the event loop. */
export function onceATurn<T>(read: () => T): () => T {
  let kept: { readonly value: T } | undefined;
  return () => {
    if (kept === undefined) {
      kept = { value: read() };
      setImmediate(() => {
        kept = undefined;
      });
    }
    return kept.value;
  };
}
