import { signal } from "@preact/signals";

/**
 * The cookie proves nothing alone: every port of this host would send it. So each request also carries a token that only this
 * origin, port included, can read.
 */
const KEY = "collective-csrf";
const LOGIN = /^#login=([\w-]{16,128})$/;

export type Session = "opening" | "open" | "closed" | "refused";

/** `refused`: the link that led here had been used, or was too old. */
export const session = signal<Session>("opening");

export const csrfToken = (): string | null => localStorage.getItem(KEY);

/** @param token with which it was refused: another tab may have logged in since. */
export function endSession(token: string | null): void {
  if (csrfToken() !== token) return;
  localStorage.removeItem(KEY);
  session.value = "closed";
}

/** Another tab of this browser logged in or out. */
addEventListener("storage", ({ key }) => {
  if (key === KEY) session.value = csrfToken() === null ? "closed" : "open";
});

/** A fresh link that is opened in a tab with these pages loads nothing anew: only the fragment changes. */
addEventListener("hashchange", () => {
  if (LOGIN.test(location.hash)) void openSession();
});

/** Takes the one-time code out of the address, if there is one, and makes a session of it. */
export async function openSession(): Promise<void> {
  const code = LOGIN.exec(location.hash)?.[1];
  if (code === undefined) {
    session.value = csrfToken() === null ? "closed" : "open";
    return;
  }
  session.value = "opening";
  history.replaceState(null, "", "#/");
  dispatchEvent(new HashChangeEvent("hashchange"));
  try {
    const response = await fetch("/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code }),
      credentials: "same-origin",
    });
    const answer = response.ok ? ((await response.json()) as { csrf?: unknown }) : {};
    if (typeof answer.csrf === "string") {
      localStorage.setItem(KEY, answer.csrf);
      session.value = "open";
      return;
    }
  } catch {
    // No answer is the same to the user as a refusal: the link did not work.
  }
  // A used link in a browser that is logged in already is no reason to log it out.
  session.value = csrfToken() === null ? "refused" : "open";
}

export async function logOut(): Promise<void> {
  const token = csrfToken();
  endSession(token);
  await fetch("/session", { method: "DELETE", headers: { "x-collective-csrf": token ?? "" } }).catch(
    () => {},
  );
}
