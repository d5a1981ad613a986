/**
 * `npm run bench:search -- --data FILE` says how well the search finds (search-quality.ts), without `--data` how fast
 * (search-speed.ts). Each of them names its options.
 */
const asksForQuality = process.argv.slice(2).some((argument) => argument.split("=", 1)[0] === "--data");
await import(asksForQuality ? "./search-quality.ts" : "./search-speed.ts");
