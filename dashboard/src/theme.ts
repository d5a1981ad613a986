import { signal } from "@preact/signals";

const KEY = "collective-theme";
const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const kept = localStorage.getItem(KEY);
export const theme = signal<Theme>(themes.find((name) => name === kept) ?? "system");

export function applyTheme(): void {
  if (theme.value === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.value;
}

/** From one to the next; what the system says is one of them. */
export function nextTheme(): void {
  theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? "system";
  localStorage.setItem(KEY, theme.value);
  applyTheme();
}
