/**
 * Takes away what an action has no business with. This is hardening: the boundary is Deno's permissions, the
 * kernel's limits and the parent, which hold even when a stranger gets all of these back.
 */
const ALWAYS_REMOVED = [
  // The host: its paths, ids, standard streams.
  ...[
    "Deno",
    "process",
    "Navigator",
    "navigator",
    "NavigatorUAData",
    "Location",
    "location",
    "Window",
    "name",
  ],
  // Other threads and other pages.
  ...["Worker", "SharedWorker", "BroadcastChannel", "LockManager", "Lock"],
  // What persists.
  ...["localStorage", "sessionStorage", "Storage", "caches", "CacheStorage", "Cache"],
  // A person at a terminal.
  ...["alert", "confirm", "prompt"],
  // Ending the process is the parent's.
  ...["close", "closed", "onerror", "onload", "onbeforeunload", "onunload", "onunhandledrejection"],
  // Host drivers.
  ...["OffscreenCanvas", "ImageBitmapRenderingContext", "createImageBitmap", "ImageBitmap"],
];

const NETWORK = ["fetch", "WebSocket", "WebSocketStream", "EventSource", "WebTransport", "XMLHttpRequest"];

/** @param {{ network: boolean }} granted */
export function lockDown({ network }) {
  const removed = [...ALWAYS_REMOVED, ...(network ? [] : NETWORK)];
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (removed.includes(name) || name.startsWith("GPU")) Reflect.deleteProperty(globalThis, name);
  }
  Reflect.deleteProperty(URL, "createObjectURL");
  Reflect.deleteProperty(URL, "revokeObjectURL");
}
