/** Checks that this server cannot meet, because they are about something it does not have. */
export interface Exemption {
  readonly why: string;
  /** All checks of these scenarios. */
  readonly scenarios: readonly string[];
  /** Single checks of scenarios that apply otherwise. */
  readonly checks?: readonly string[];
}

/**
 * The suite is made for an "everything server" with test tools of given names. Nothing is exempt that is not listed here, and
 * what is listed and passes counts as passed.
 */
export const DOES_NOT_APPLY: readonly Exemption[] = [
  {
    why: "demands a test tool of a given name",
    scenarios: [
      "tools-call-simple-text",
      "tools-call-image",
      "tools-call-audio",
      "tools-call-embedded-resource",
      "tools-call-mixed-content",
      "tools-call-with-progress",
      "tools-call-error",
      "tools-call-sampling",
      "tools-call-elicitation",
      "elicitation-sep1034-defaults",
      "elicitation-sep1330-enums",
      "json-schema-2020-12",
      "http-custom-header-server-validation",
      "input-required-result-basic-elicitation",
      "input-required-result-basic-sampling",
      "input-required-result-basic-list-roots",
      "input-required-result-request-state",
      "input-required-result-multiple-input-requests",
      "input-required-result-multi-round",
      "input-required-result-result-type",
      "input-required-result-tampered-state",
      "input-required-result-capability-check",
    ],
    checks: [
      "sep-2575-server-rejects-undeclared-capability",
      "sep-2575-missing-capability-http-400",
      "sep-2575-http-server-no-independent-requests-on-stream",
      "sep-2575-server-no-log-without-loglevel",
    ],
  },
  {
    why: "is about resources, which this server does not declare",
    scenarios: [
      "resources-list",
      "resources-read-text",
      "resources-read-binary",
      "resources-templates-read",
      "resources-subscribe",
      "resources-unsubscribe",
    ],
    checks: ["sep-2549-resources-list-caching-hints", "sep-2549-resources-templates-list-caching-hints"],
  },
  {
    why: "is about prompts, which this server does not declare",
    scenarios: [
      "prompts-list",
      "prompts-get-simple",
      "prompts-get-with-args",
      "prompts-get-embedded-resource",
      "prompts-get-with-image",
      "input-required-result-non-tool-request",
    ],
    checks: ["sep-2549-prompts-list-caching-hints"],
  },
  {
    why: "is about logging or completion, which this server does not declare",
    scenarios: ["logging-set-level", "tools-call-with-logging", "completion-complete"],
  },
  {
    why: "is about the tasks extension, which this server does not declare",
    scenarios: [
      "tasks-lifecycle",
      "tasks-capability-negotiation",
      "tasks-wire-fields",
      "tasks-request-state-removal",
      "tasks-mrtr-input",
      "tasks-request-headers",
      "tasks-dispatch-and-envelope",
      "tasks-required-task-error",
      "tasks-mrtr-composition",
    ],
  },
];

/** What each revision must bring up, so that a suite that was not run is no pass. */
export const MUST_PASS: Readonly<Record<string, readonly string[]>> = {
  "2025-11-25": ["server-initialize", "ping", "tools-list", "dns-rebinding-protection"],
  "2026-07-28": [
    "server-stateless",
    "tools-list",
    "caching",
    "dns-rebinding-protection",
    "http-header-validation",
    "server-sse-multiple-streams",
  ],
};

export function whyNot(scenario: string, check: string): string | undefined {
  return DOES_NOT_APPLY.find(
    ({ scenarios, checks = [] }) => scenarios.includes(scenario) || checks.includes(check),
  )?.why;
}
