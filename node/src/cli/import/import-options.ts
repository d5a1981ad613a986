/** What `collective import` was told. */
export interface ImportOptions {
  readonly only?: readonly string[];
  readonly tests: boolean;
  readonly testCommand?: string;
  readonly licence?: string;
  readonly out?: string;
  readonly publish?: boolean;
  readonly yes?: boolean;
  readonly mcp?: string;
  readonly source?: string;
  readonly inputs?: string;
}
