import { z } from "zod";

/** `api.json` in a peer's home, mode 0600: how a client on the same machine finds the running peer. */
export const apiFileSchema = z.object({
  pid: z.number().int(),
  url: z.string(),
  socket: z.string().optional(),
  token: z.string().min(32),
  version: z.string(),
});
export type ApiFile = z.infer<typeof apiFileSchema>;

export const API_FILE = "api.json";
