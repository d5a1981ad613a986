/** A process that fills an index and leaves in the middle of it, as its second argument says. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { SearchIndex } from "../../../node/src/search/search-index.ts";
import { HashEmbedder } from "../../helpers/hash-embedder.ts";

const [directory = "", how = "exit"] = process.argv.slice(2);
const DOCUMENTS = 4_000;

const database = new DatabaseSync(join(directory, "catalogue.db"));
const index = await SearchIndex.open({
  database,
  indexFile: join(directory, "vectors.index"),
  log: { info: () => undefined, warn: () => undefined },
  embedder: new HashEmbedder(),
  graphFrom: 1,
});
database.exec("BEGIN");
for (let number = 0; number < DOCUMENTS; number++)
  index.add({
    id: `d${number}`,
    name: `thing number${number}`,
    description: `one of ${number % 17} kinds`,
    useWhen: [],
    parameters: [],
    tags: [],
  });
database.exec("COMMIT");
// Some vectors are there: the thread is inserting them into the graph.
while (index.stats().vectors < 500) await index.find("thing", { count: 1 });
if (how === "wait") process.send?.(DOCUMENTS);
else if (how === "exit") process.exit(0);
else throw new Error("on purpose");
