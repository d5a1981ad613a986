import { expect, test } from "vitest";
import { storageError } from "../../node/src/storage-errors.ts";

const withCode = (message: string, code: string) => Object.assign(new Error(message), { code });
const named = (name: string, message: string) => Object.assign(new Error(message), { name });

test("the system's own codes are recognised, however deep they lie", () => {
  expect(storageError(withCode("no space", "ENOSPC"))?.code).toBe("disk-full");
  expect(storageError(withCode("spawn", "EMFILE"))?.code).toBe("no-file-handles");
  const wrapped = new Error("outer", { cause: new Error("inner", { cause: withCode("x", "ENFILE") }) });
  expect(storageError(wrapped)?.code).toBe("no-file-handles");
  expect(storageError(Object.assign(new Error("locked"), { errcode: 5 }))?.code).toBe("catalogue-busy");
  expect(storageError(Object.assign(new Error("full"), { errcode: 13 }))?.code).toBe("disk-full");
});

test("so are libraries that keep only the system's words", () => {
  const put = named("PutFailedError", "Error: ENOSPC: no space left on device, write");
  expect(storageError(put)?.code).toBe("disk-full");
  const level = withCode("IO error: 000003.log: No space left on device", "LEVEL_IO_ERROR");
  expect(storageError(level)?.code).toBe("disk-full");
  expect(storageError(withCode("IO error: x: Too many open files", "LEVEL_IO_ERROR"))?.code).toBe(
    "no-file-handles",
  );
});

test("the same words from anybody else say nothing about this machine", () => {
  expect(storageError(new Error("an action said: ENOSPC, No space left on device, EMFILE"))).toBeUndefined();
  expect(storageError("ENOSPC")).toBeUndefined();
});
