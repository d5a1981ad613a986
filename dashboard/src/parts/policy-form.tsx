import type { VNode } from "preact";
import { Card } from "./card.tsx";
import { CountField, ShareField, TextField } from "./field.tsx";
import { MOST_VERDICTS, type PolicyForm, type Problems } from "./policy-edits.ts";

export interface RulesProps {
  readonly form: PolicyForm;
  readonly problems: Problems;
  readonly set: (fields: Partial<PolicyForm>) => void;
}

/** What an action may be, by what it says of itself. */
export function KindRules({ form, problems, set }: RulesProps): VNode {
  const check = (field: "net" | "secrets" | "typescript" | "javascript", label: string) => (
    <label class="check">
      <input
        type="checkbox"
        checked={form[field]}
        onChange={(event) => set({ [field]: event.currentTarget.checked })}
      />
      {label}
    </label>
  );
  return (
    <Card title="What actions may be">
      <fieldset class="field">
        <legend>They may ask for</legend>
        <div class="row checks">
          {check("net", "the network")}
          {check("secrets", "secrets")}
        </div>
        <small class="soft">
          With neither, only actions that need nothing but their input are offered. What they ask for, they
          still get only if you grant it.
        </small>
      </fieldset>
      <fieldset class="field" {...(problems.typescript ? { "aria-describedby": "language-problem" } : {})}>
        <legend>Languages</legend>
        <div class="row checks">
          {check("typescript", "TypeScript")}
          {check("javascript", "JavaScript")}
        </div>
        {problems.typescript && (
          <small class="problem" id="language-problem">
            {problems.typescript}
          </small>
        )}
      </fieldset>
      <TextField
        label="Licences"
        help="SPDX names, with commas between. Empty: any."
        placeholder="MIT, Apache-2.0"
        problem={problems.licences}
        value={form.licences}
        onChange={(licences) => set({ licences })}
      />
      <TextField
        label="Only with one of these tags"
        help="With commas between. Empty: any."
        problem={problems.tags}
        value={form.tags}
        onChange={(tags) => set({ tags })}
      />
      <TextField
        label="With none of these tags"
        help="With commas between."
        problem={problems.withoutTags}
        value={form.withoutTags}
        onChange={(withoutTags) => set({ withoutTags })}
      />
      <TextField
        label="Only by these authors"
        help="Ids of peers, one on a line. Empty: anybody. Your own actions and the starter library always count."
        placeholder="12D3KooW…"
        lines={2}
        problem={problems.authors}
        value={form.authors}
        onChange={(authors) => set({ authors })}
      />
    </Card>
  );
}

/** What has to be known of an action. */
export function EvidenceRules({ form, problems, set }: RulesProps): VNode {
  return (
    <Card title="What has to be known of them">
      <ShareField
        label="Least score"
        help="Below it, an action is not offered, and a run of it needs a yes. 0: no matter."
        problem={problems.minScore}
        value={form.minScore}
        onChange={(minScore) => set({ minScore })}
      />
      <ShareField
        label="Least strength of its test"
        help="The share of faults planted in its code that its test notices, as measured here. What was not measured yet counts as 0."
        problem={problems.minStrength}
        value={form.minStrength}
        onChange={(minStrength) => set({ minStrength })}
      />
      <CountField
        label="Passed at so many others"
        help="Peers beside its publishers who ran its test and said that it passes."
        problem={problems.minVerdicts}
        max={MOST_VERDICTS}
        value={form.minVerdicts}
        onChange={(minVerdicts) => set({ minVerdicts })}
      />
      <ShareField
        label="Score to run unasked"
        help="From here on, an action that asks for permissions, all of them granted, runs without asking. It hides nothing."
        problem={problems.runScore}
        value={form.runScore}
        onChange={(runScore) => set({ runScore })}
      />
      <fieldset class="field">
        <legend>When a run needs a yes</legend>
        <div class="stack">
          {(["ask", "refuse"] as const).map((onDoubt) => (
            <label key={onDoubt} class="check">
              <input
                type="radio"
                name="on-doubt"
                checked={form.onDoubt === onDoubt}
                onChange={() => set({ onDoubt })}
              />
              {onDoubt === "ask" ? "ask whoever wants to run it" : "refuse it, whatever they say"}
            </label>
          ))}
        </div>
      </fieldset>
    </Card>
  );
}
