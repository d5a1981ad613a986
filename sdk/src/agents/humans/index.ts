export type { Contact, Ending, Listener, Notice, OpenContact, Question, Taken } from "./contact.ts";
export * from "./errors.ts";
export { type Confirming, Human, type HumanOptions } from "./human.ts";
