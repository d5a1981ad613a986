// Defines an action, runs it here, has the peer prove it in its sandbox, and publishes it with --publish.
import { ActionClient, defineAction } from "action-collective";
import { z } from "zod";

const splitBill = defineAction({
  name: "splitBill",
  description:
    "Splits an amount in cents among people so that the shares add up; the first ones get a cent more.",
  useWhen: ["split a restaurant bill fairly", "divide money so that no cent is lost"],
  licence: "MIT",
  input: z.object({ cents: z.int().min(0), people: z.int().min(1).max(1000) }),
  output: z.object({ shares: z.array(z.int()) }),
  run: ({ cents, people }) => {
    const share = Math.floor(cents / people);
    return { shares: Array.from({ length: people }, (_, i) => share + (i < cents - share * people ? 1 : 0)) };
  },
  examples: [
    { input: { cents: 1000, people: 3 }, output: { shares: [334, 333, 333] } },
    { input: { cents: 2, people: 3 }, output: { shares: [1, 1, 0] } },
    { input: { cents: 0, people: 1 }, output: { shares: [0] } },
  ],
});

console.log("here:", await splitBill.run({ cents: 100, people: 3 }));

const peer = await ActionClient.connect();
const { verification, similar } = await peer.prove(splitBill, { keep: true });
console.log("in the sandbox:", verification.reason);
console.log("much like it:", similar.map(({ name }) => name).join(", ") || "nothing");
if (process.argv.includes("--publish")) {
  const { id } = await peer.publish(splitBill);
  console.log("published:", id);
}
