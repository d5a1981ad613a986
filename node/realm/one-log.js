/**
 * All lines of the console go to stderr: two pipes have no common order, and two peers would show a report's logs
 * in two orders.
 */
export function logToOneStream() {
  const { console } = globalThis;
  for (const name of ["log", "info", "debug"]) console[name] = console.error;
}
