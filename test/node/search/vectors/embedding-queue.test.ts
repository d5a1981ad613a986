import { expect, test } from "vitest";
import { EmbeddingQueue } from "../../../../node/src/search/vectors/embedding-queue.ts";
import { DocumentTable } from "../../../../node/src/search/words/document-table.ts";

function filled(count: number) {
  const documents = new DocumentTable();
  for (let number = 1; number <= count; number++) documents.add(number, `d${number}`);
  const having = new Set<number>();
  const queue = new EmbeddingQueue(
    () => documents,
    (number) => having.has(number),
  );
  queue.restart();
  return { documents, having, queue };
}

test("wanted first, then new ones, then all others from the newest on; none twice, none that has its vector", () => {
  const { documents, having, queue } = filled(6);
  having.add(5);
  documents.remove(4);
  queue.want(2);
  queue.want(1);
  documents.add(7, "d7");
  queue.add(7);
  queue.want(2);
  const order: number[] = [];
  while (queue.waiting) {
    const batch = queue.next(2);
    order.push(...batch);
    for (const number of batch) having.add(number);
  }
  expect(order).toEqual([2, 1, 7, 6, 3]);
});

test("a batch that failed comes again at once, one that failed alone comes last", () => {
  const { having, queue } = filled(5);
  expect(queue.next(3)).toEqual([5, 4, 3]);
  queue.again([5, 4, 3]);
  expect(queue.next(1)).toEqual([5]);
  queue.again([5]);
  expect(queue.failed).toBe(1);
  for (const expected of [4, 3, 2, 1]) {
    expect(queue.next(1)).toEqual([expected]);
    having.add(expected);
  }
  expect(queue.waitingFor).toBe(1);
  expect(queue.next(4)).toEqual([5]);
  expect(queue.waiting).toBe(false);
});
