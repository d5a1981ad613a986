import type { ComponentChildren, VNode } from "preact";
import { useState } from "preact/hooks";

/** A button that is off while what it started goes on. */
export function Button({
  kind = "",
  disabled = false,
  busy,
  onPress,
  children,
}: {
  readonly kind?: "" | "main" | "danger" | "quiet";
  readonly disabled?: boolean;
  /** What it says meanwhile. */
  readonly busy?: string;
  readonly onPress: () => void | Promise<void>;
  readonly children: ComponentChildren;
}): VNode {
  const [going, setGoing] = useState(false);
  const press = async () => {
    setGoing(true);
    try {
      await onPress();
    } finally {
      setGoing(false);
    }
  };
  return (
    <button
      type="button"
      class={kind}
      disabled={disabled || going}
      aria-busy={going}
      onClick={() => void press()}
    >
      {going && busy !== undefined ? `${busy}…` : children}
    </button>
  );
}
