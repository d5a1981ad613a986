export * from "./contract.ts";
export * from "./errors.ts";
export { ToolMaker, type ToolMakerOptions } from "./tool-maker.ts";
