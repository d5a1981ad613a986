import type { Standing } from "@action-collective/protocol";
import type { ComponentChildren, VNode } from "preact";
import { Text } from "../text.tsx";

export type Tone = "good" | "bad" | "warn" | "info" | "plain";

/** A word or two in a frame. */
export const Chip = ({
  tone = "plain",
  title,
  children,
}: {
  readonly tone?: Tone;
  readonly title?: string;
  readonly children: ComponentChildren;
}): VNode => (
  <span class={`chip ${tone}`} {...(title === undefined ? {} : { title })}>
    {children}
  </span>
);

const STANDINGS: Readonly<Record<Standing, readonly [Tone, string, string]>> = {
  passed: ["good", "passed here", "Its unit test passed on this machine"],
  failed: ["bad", "failed here", "Its unit test failed on this machine"],
  pending: ["info", "not tested yet", "Its unit test waits to be run on this machine"],
  unknown: ["warn", "could not be tested", "Its unit test could not be decided on this machine"],
};

export const StandingChip = ({ standing }: { readonly standing: Standing }): VNode => {
  const [tone, text, title] = STANDINGS[standing];
  return (
    <Chip tone={tone} title={title}>
      {text}
    </Chip>
  );
};

export interface Permissions {
  readonly net?: readonly string[] | undefined;
  readonly secrets?: readonly string[] | undefined;
}

/** What an action asks for beside its input: a chip for each host and secret, or the word that it asks for nothing. */
export const PermissionChips = ({ permissions }: { readonly permissions: Permissions }): VNode => {
  const { net = [], secrets = [] } = permissions;
  if (net.length === 0 && secrets.length === 0)
    return (
      <Chip tone="good" title="It needs nothing but its input">
        pure
      </Chip>
    );
  return (
    <>
      {net.map((host) => (
        <Chip key={`net ${host}`} tone="warn" title="It may connect to this host">
          net <Text value={host} />
        </Chip>
      ))}
      {secrets.map((name) => (
        <Chip key={`secret ${name}`} tone="warn" title="It is given this secret">
          secret <Text value={name} />
        </Chip>
      ))}
    </>
  );
};
