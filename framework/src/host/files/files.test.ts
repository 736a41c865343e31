import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withWritable } from "./files.ts";

test.for<[string, () => Promise<void>]>([
  ["succeeds", async () => {}],
  ["fails", async () => Promise.reject(new Error("no space"))],
])(
  "a read-only directory is writable while a function runs, and read-only again after the function %s",
  async ([, end]) => {
    const dir = mkdtempSync(join(tmpdir(), "files-"));
    const mode = () => statSync(dir).mode & 0o777;
    const modes: number[] = [];
    try {
      chmodSync(dir, 0o555);
      await withWritable(dir, async () => {
        modes.push(mode());
        await end();
      }).catch((error: Error) => expect(error.message).toBe("no space"));
      expect([...modes, mode()]).toEqual([0o755, 0o555]);
    } finally {
      rmSync(dir, { recursive: true });
    }
  },
);
