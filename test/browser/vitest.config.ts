import { mergeConfig } from "vitest/config";
import everything from "../vitest.config.ts";

/** `npm run test:browser`: the dashboard in a real Chromium, against three real peers. */
const config = mergeConfig(everything, {});
config.test = {
  ...config.test,
  include: ["browser/**/*.test.ts"],
  exclude: ["**/node_modules/**"],
  testTimeout: 60_000,
  hookTimeout: 120_000,
  // A page waits for peers that share the machine with it.
  expect: { poll: { timeout: 20_000 } },
  // Each file has a browser and three peers of its own.
  maxWorkers: 1,
};
export default config;
