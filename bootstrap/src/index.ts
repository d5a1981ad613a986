export { BootstrapNode, type BootstrapOptions } from "./bootstrap-node.ts";
