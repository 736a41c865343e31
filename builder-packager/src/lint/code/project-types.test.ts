// @needs processes
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { checkTypes, tsconfigFor } from "./project-types.ts";

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

test("a TypeScript compiler that succeeds without output reports no type errors", async () => {
  await expect(checkWith("")).resolves.toEqual({ errors: [] });
});

test.for([
  ["process.exit(3)", "tsc ended with code 3"],
  ["process.kill(process.pid, 'SIGKILL')", "tsc was ended by SIGKILL"],
  ["console.log('error TS5083: no file'); process.exit(1)", "tsc reports error TS5083: no file"],
] as const)(
  "the type check reports why the TypeScript compiler failed without an error in a file, here if the compiler runs %j",
  async ([compiler, reason]) => {
    await expect(checkWith(compiler)).resolves.toEqual({ reason });
  },
);

test("the TypeScript compiler and tsconfig.json are ignored in directories in which other users can create files", async () => {
  const dir = await mkdtemp(join(tmpdir(), "project-types-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const project = join(dir, "shared/workspace/project");
  await mkdir(join(dir, "shared/node_modules/typescript/bin"), { recursive: true });
  await mkdir(project, { recursive: true });
  await writeFile(join(dir, "shared/node_modules/typescript/bin/tsc"), "process.exit(3)");
  await writeFile(join(dir, "shared/tsconfig.json"), "{}");
  const tsconfig = join(project, "tsconfig.json");
  expect(await tsconfigFor(project)).toBe(join(dir, "shared/tsconfig.json"));
  expect(await checkTypes(tsconfig)).toEqual({ reason: "tsc ended with code 3" });
  await chmod(join(dir, "shared"), 0o777);
  expect(await tsconfigFor(project)).toBeUndefined();
  expect(await checkTypes(tsconfig)).toEqual({ reason: "typescript is not installed in the project" });
});
