export * from "./board.ts";
export * from "./board-errors.ts";
export * from "./errors.ts";
export type { LivingExchange } from "./oversight.ts";
export type { PendingQuestion } from "./questions.ts";
export { BOARD_ID } from "./roster.ts";
export type { Ruling, StandingRuling } from "./rulings.ts";
export type { MemberStatus, Standing } from "./standing.ts";
