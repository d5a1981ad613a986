import type { VNode } from "preact";

export const Loading = ({ what = "Loading" }: { readonly what?: string }): VNode => (
  <p class="loading" role="status">
    {what}…
  </p>
);
