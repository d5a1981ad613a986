import type { ComponentChildren, VNode } from "preact";
import { useId } from "preact/hooks";

/** A box with a heading. `end` stands beside the heading. */
export function Card({
  title,
  end,
  kind = "",
  children,
}: {
  readonly title: string;
  readonly end?: ComponentChildren;
  readonly kind?: "" | "warning" | "wide";
  readonly children: ComponentChildren;
}): VNode {
  const id = useId();
  return (
    <section class={`card ${kind}`} aria-labelledby={id}>
      <div class="card-head">
        <h2 id={id}>{title}</h2>
        {end}
      </div>
      {children}
    </section>
  );
}
