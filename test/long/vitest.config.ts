import { mergeConfig } from "vitest/config";
import everything from "../vitest.config.ts";

/** `npm run test:long`: kill −9, full disks, damaged files, clocks that jump, NATs, a public DHT: minutes of real processes. */
const config = mergeConfig(everything, {});
config.test = {
  ...config.test,
  include: ["long/**/*.test.ts", "documents/**/*.test.ts"],
  exclude: ["**/node_modules/**"],
};
export default config;
