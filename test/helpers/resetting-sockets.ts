/**
 * Loaded into a process before everything else (`NODE_OPTIONS=--import=…`): at SIGUSR2 every TCP connection with another
 * peer ends in a reset, as when a router on the way forgets them. The local API's connections stay.
 */
import { subscribe } from "node:diagnostics_channel";
import { Server as HttpServer } from "node:http";
import { Socket } from "node:net";
import { isMainThread } from "node:worker_threads";

const sockets = new Set<Socket>();

function remember(message: unknown): void {
  if (typeof message !== "object" || message === null || !("socket" in message)) return;
  const { socket } = message;
  if (!(socket instanceof Socket) || Reflect.get(socket, "server") instanceof HttpServer) return;
  sockets.add(socket);
  socket.once("close", () => sockets.delete(socket));
}

if (isMainThread) {
  subscribe("net.client.socket", remember);
  subscribe("net.server.socket", remember);
  process.on("SIGUSR2", () => {
    const open = [...sockets].filter((socket) => socket.remotePort !== undefined);
    for (const socket of open) socket.resetAndDestroy();
    process.stderr.write(`reset ${open.length} connections\n`);
  });
}
