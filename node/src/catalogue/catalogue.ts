import type { DatabaseSync } from "node:sqlite";
import { ActionOrder } from "./action-order.ts";
import { Actions } from "./actions.ts";
import { Audits } from "./audits.ts";
import { openDatabase } from "./database.ts";
import { Dealings } from "./dealings.ts";
import { Holdings } from "./holdings.ts";
import { KeptActions } from "./kept-actions.ts";
import { Records } from "./records.ts";
import { Selection } from "./selection.ts";
import { TrustStatements } from "./trust-statements.ts";
import { Usage } from "./usage.ts";

/** The peer's own database: what it holds, what it found out, what it did. */
export class Catalogue {
  readonly database: DatabaseSync;
  readonly records: Records;
  readonly actions: Actions;
  readonly selection: Selection;
  readonly order: ActionOrder;
  readonly usage: Usage;
  readonly holdings: Holdings;
  readonly kept: KeptActions;
  readonly audits: Audits;
  readonly trust: TrustStatements;
  readonly dealings: Dealings;

  /** @throws {CatalogueUnreadableError} */
  constructor(path: string) {
    this.database = openDatabase(path);
    this.records = new Records(this.database);
    this.actions = new Actions(this.database);
    this.selection = new Selection(this.database, this.actions.facets);
    this.order = new ActionOrder(this.database);
    this.usage = new Usage(this.database);
    this.holdings = new Holdings(this.database);
    this.kept = new KeptActions(this.database);
    this.audits = new Audits(this.database);
    this.trust = new TrustStatements(this.database);
    this.dealings = new Dealings(this.database);
  }

  /** All or nothing: what `work` wrote is on disk when this returns, and undone when it throws. */
  transaction<Result>(work: () => Result): Result {
    if (this.database.isTransaction) return work();
    this.database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.database.exec("COMMIT");
      this.records.live.committed();
      return result;
    } catch (error) {
      this.records.live.rolledBack();
      this.holdings.rolledBack();
      if (this.database.isTransaction) this.database.exec("ROLLBACK");
      throw error;
    }
  }

  close(): void {
    if (this.database.isOpen) this.database.close();
  }
}
