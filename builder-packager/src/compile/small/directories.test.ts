// @needs processes
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { writeSmallProgram } from "../../../../test/support/small/small-program.ts";

const dir = mkdtempSync(join(tmpdir(), "directories-"));
afterAll(() => rmSync(dir, { recursive: true }));

// Not a case that both engines run: on Node.js, this call never returns.
const source = `import { mkdirSync } from "node:fs";
try {
  mkdirSync("/proc/none/below", { recursive: true });
} catch ({ code, syscall, path }) {
  console.log(code, syscall, path);
}
`;

test("fs.mkdir with the option recursive fails below /proc, where the kernel creates no directories", async () => {
  writeFileSync(join(dir, "main.mjs"), source);
  await writeSmallProgram(join(dir, "main.mjs"), join(dir, "program"));
  const { stdout } = await promisify(execFile)(join(dir, "program"), { timeout: 20_000 });
  expect(stdout).toBe("ENOENT mkdir /proc/none/below\n");
});
