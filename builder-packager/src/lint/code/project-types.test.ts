// @needs processes
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { checkTypes } from "./project-types.ts";

/** Checks the types of a project whose compiler is this program. */
async function checkWith(compiler: string) {
  const dir = await mkdtemp(join(tmpdir(), "project-types-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const own = join(dir, "node_modules/typescript");
  await mkdir(join(own, "bin"), { recursive: true });
  await writeFile(join(own, "package.json"), "{}");
  await writeFile(join(own, "bin/tsc"), compiler);
  return checkTypes(join(dir, "tsconfig.json"));
}

test("a compiler that succeeds without output finds no errors", async () => {
  await expect(checkWith("")).resolves.toEqual({ errors: [] });
});

test.for([
  ["process.exit(3)", "tsc ended with code 3"],
  ["process.kill(process.pid, 'SIGKILL')", "tsc was ended by SIGKILL"],
  ["console.log('error TS5083: no file'); process.exit(1)", "tsc reports error TS5083: no file"],
] as const)(
  "a compiler that fails without an error in a file has not checked the types: %s",
  async ([compiler, reason]) => {
    await expect(checkWith(compiler)).resolves.toEqual({ reason });
  },
);
