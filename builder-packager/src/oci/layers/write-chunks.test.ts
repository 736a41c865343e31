import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { writeChunks } from "./write-chunks.ts";

test("chunks of every size are written to a file completely", async ({ onTestFinished }) => {
  const dir = mkdtempSync(join(tmpdir(), "libcnb-chunks-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const sizes = fc.array(fc.oneof(fc.nat(10), fc.nat(100_000), fc.constantFrom(0, 1 << 20, 3_000_000)), {
    maxLength: 20,
  });
  await fc.assert(
    fc.asyncProperty(sizes, async (lengths) => {
      const pieces = lengths.map((length, at) => Buffer.alloc(length, at + 1));
      const file = await open(join(dir, "file"), "w");
      await writeChunks(file, Readable.from(pieces));
      await file.close();
      expect(readFileSync(join(dir, "file")).equals(Buffer.concat(pieces))).toBe(true);
    }),
    { numRuns: 30 },
  );
});
