import { z } from "zod";

/**
 * Every failure the local API can answer with: HTTP status and the exit code a command ends with.
 * 1 failure, 3 not found, 4 not authorised, 5 peer unreachable, 6 verification failed, 7 refused by policy, 8 sandbox limit.
 */
export const failures = {
  "bad-request": { status: 400, exit: 1 },
  "invalid-id": { status: 400, exit: 1 },
  "invalid-definition": { status: 422, exit: 1 },
  "limit-exceeded": { status: 413, exit: 1 },
  "unsafe-text": { status: 422, exit: 1 },
  "scan-refused": { status: 422, exit: 6 },
  "invalid-schema": { status: 422, exit: 1 },
  "input-invalid": { status: 422, exit: 1 },
  "output-invalid": { status: 422, exit: 1 },
  "action-threw": { status: 422, exit: 1 },
  "not-found": { status: 404, exit: 3 },
  ambiguous: { status: 409, exit: 3 },
  unauthorised: { status: 401, exit: 4 },
  "forbidden-origin": { status: 403, exit: 4 },
  "peer-unreachable": { status: 503, exit: 5 },
  "content-unavailable": { status: 504, exit: 5 },
  "verification-failed": { status: 422, exit: 6 },
  "verification-unknown": { status: 503, exit: 6 },
  "refused-by-policy": { status: 403, exit: 7 },
  "approval-needed": { status: 403, exit: 7 },
  "near-duplicate": { status: 409, exit: 7 },
  "capability-invalid": { status: 401, exit: 4 },
  "capability-refused": { status: 403, exit: 7 },
  "budget-spent": { status: 403, exit: 7 },
  "no-such-desk": { status: 404, exit: 3 },
  "not-published-here": { status: 409, exit: 1 },
  "key-statement-refused": { status: 409, exit: 1 },
  "invalid-policy": { status: 422, exit: 1 },
  "sandbox-limit": { status: 422, exit: 8 },
  "sandbox-unavailable": { status: 503, exit: 1 },
  "disk-full": { status: 507, exit: 1 },
  "no-file-handles": { status: 503, exit: 1 },
  "catalogue-busy": { status: 503, exit: 1 },
  busy: { status: 503, exit: 1 },
  stopping: { status: 503, exit: 5 },
  internal: { status: 500, exit: 1 },
} as const satisfies Record<string, { status: number; exit: number }>;

export type FailureCode = keyof typeof failures;

export function isFailureCode(code: string): code is FailureCode {
  return Object.hasOwn(failures, code);
}

export const errorSchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    remedy: z.string(),
    details: z.array(z.string()).optional(),
  }),
});
export type ErrorBody = z.infer<typeof errorSchema>;
