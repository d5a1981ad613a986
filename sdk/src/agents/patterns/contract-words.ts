import type { Json } from "@action-collective/protocol";

/** Intents of the Contract Net, after FIPA SC00029: what is said, and its content. Results are `inform`, failures `error`. */
export const CONTRACT_NET = {
  call: "call-for-proposals",
  propose: "propose",
  refuse: "refuse",
  accept: "accept-proposal",
  reject: "reject-proposal",
} as const;

/** Content of `call-for-proposals`. */
export interface Call {
  /** Names it in all that follows. */
  readonly call: string;
  readonly task: Json;
  /** Milliseconds since 1970: what is proposed later is rejected. */
  readonly replyBy: number;
}

/** Content of `propose`. */
export interface Terms {
  readonly call: string;
  readonly terms: Json;
}

/** Content of `refuse` and of `reject-proposal`. */
export interface Reason {
  readonly call: string;
  readonly reason: string;
}

const call = { type: "string", minLength: 1, maxLength: 255 };

export const callSchema = {
  type: "object",
  properties: { call, task: {}, replyBy: { type: "number" } },
  required: ["call", "task", "replyBy"],
};
export const acceptSchema = { type: "object", properties: { call }, required: ["call"] };
export const reasonSchema = {
  type: "object",
  properties: { call, reason: { type: "string", maxLength: 1_000 } },
  required: ["call", "reason"],
};
