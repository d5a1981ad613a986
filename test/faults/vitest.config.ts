import { mergeConfig } from "vitest/config";
import everything from "../vitest.config.ts";

/** `npm run faults`: kill −9, full disks, clocks that jump, with real processes: minutes of waiting and restarting. */
const config = mergeConfig(everything, {});
config.test = { ...config.test, include: ["faults/**/*.test.ts"], exclude: ["**/node_modules/**"] };
export default config;
