import type { Message } from "action-collective/agents";

/** Every answer of a stream. */
export async function all(stream: AsyncIterable<Message>): Promise<Message[]> {
  const messages: Message[] = [];
  for await (const message of stream) messages.push(message);
  return messages;
}

/** The code of the error with which it ends. */
export function failing(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "no failure",
    ({ code }: { code: string }) => code,
  );
}
