import { signal } from "@preact/signals";

/**
 * The cookie proves nothing alone: every port of this host would send it. So each request also carries a token that only this
 * origin, port included, can read.
 */
const KEY = "collective-csrf";

export type Session = "opening" | "open" | "closed" | "refused";

/** `refused`: the link that led here had been used, or was too old. */
export const session = signal<Session>("opening");

export const csrfToken = (): string | null => localStorage.getItem(KEY);

export function endSession(): void {
  localStorage.removeItem(KEY);
  session.value = "closed";
}

/** Takes the one-time code out of the address, if there is one, and makes a session of it. */
export async function openSession(): Promise<void> {
  const code = /^#login=([\w-]{16,128})$/.exec(location.hash)?.[1];
  if (code === undefined) {
    session.value = csrfToken() === null ? "closed" : "open";
    return;
  }
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
  endSession();
  await fetch("/session", { method: "DELETE", headers: { "x-collective-csrf": token ?? "" } }).catch(
    () => {},
  );
}
