/** A skill with a script of each kind that an import meets. */
export const SKILL: Readonly<Record<string, string>> = {
  "SKILL.md": `---
name: number-tools
description: Adds numbers and makes slugs of titles. Use when the user asks for a sum or a slug. Works offline.
license: MIT
metadata:
  version: "1.0"
---
# Number tools

\`\`\`bash
# Sums
$ node scripts/sum.mjs 1 2 3
6
$ node scripts/sum.mjs --json 4 5
{"sum":9}
node scripts/sum.mjs <numbers...>
echo '1 2 3' | node scripts/sum.mjs --stdin
node scripts/words.cjs --file examples/text.txt
node scripts/words.cjs < examples/text.txt
node \${SKILL_ROOT}/scripts/wait.js 5
cat examples/text.txt | node scripts/main.ts upper
node scripts/main.ts "a  b"
node scripts/now.js
\`\`\`
`,
  "examples/text.txt": "one two three\n",
  "scripts/sum.mjs": `#!/usr/bin/env node
/**
 * Adds up the numbers of its words, or of its standard input.
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { add } from "./lib/add.mjs";
const words = process.argv.slice(2);
if (words.length === 0) {
  console.error("Usage: sum.mjs <numbers...>");
  process.exit(2);
}
const numbers = words.includes("--stdin") ? readFileSync(0, "utf8").trim().split(/\\s+/) : words.filter((word) => word !== "--json");
const sum = numbers.map(Number).reduce(add, 0);
if (Number.isNaN(sum)) throw new TypeError("not a number");
console.log(words.includes("--json") ? JSON.stringify({ sum }) : sum);
`,
  "scripts/lib/add.mjs": `/** Adds two numbers.
 * @param {number} a
 * @param {number} b
 * @returns {number}
 * @example
 * add(1, 2) // => 3
 * add(0, 0) // => 0
 * add(-1, 5) // => 4
 */
export function add(a, b) { return a + b; }
`,
  "scripts/words.cjs": `const fs = require("fs");
const path = require("path");
function main() {
  const at = process.argv.indexOf("--file");
  const text = at === -1 ? fs.readFileSync(0, "utf8") : fs.readFileSync(path.resolve(process.argv[at + 1]), "utf8");
  process.stdout.write(text.trim().split(/\\s+/).filter(Boolean).length + " words in " + (at === -1 ? "stdin" : path.basename(process.argv[at + 1], ".txt")) + "\\n");
}
if (require.main === module) main();
module.exports = { main };
`,
  "scripts/main.ts": `type Mode = "upper" | "same";
async function main(): Promise<void> {
  const mode: Mode = process.argv[2] === "upper" ? "upper" : "same";
  if (process.argv[2] === "--help") { console.log("main.ts [upper]"); process.exit(0); }
  let text = "";
  process.stdin.setEncoding("utf8");
  for await (const chunk of process.stdin) text += chunk;
  if (text === "") throw new Error("nothing was given");
  console.log(mode === "upper" ? text.trim().toUpperCase() : text);
}
main().catch((error: Error) => { console.error(error.message); process.exit(3); });
`,
  "scripts/wait.js": `const ms = Number(process.argv[2]);\nsetTimeout(() => console.log("waited"), ms);\n`,
  "scripts/now.js": `console.log(new Date().toISOString());\n`,
  "scripts/save.js": `const fs = require("fs");\nfs.writeFileSync("out.txt", process.argv[2]);\nconsole.log("saved");\n`,
  "scripts/convert.py": "print(1)\n",
  "scripts/install.sh": "echo 1\n",
};
