import { join } from "node:path";
import { expect, test } from "vitest";
import { BOOTSTRAP, BootstrapProcess, OurProcess, PeerProcess } from "../helpers/processes.ts";
