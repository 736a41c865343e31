// @needs processes
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { silentReporter } from "../../reporter.ts";
import { compilePrograms } from "./programs.ts";
import { readSource } from "./source.ts";

let dir: string;
beforeAll(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), "programs-")));
  await mkdir(join(dir, "src/exec.d"), { recursive: true });
  const descriptor = `api = "0.10"\n[buildpack]\nid = "me/own"\nversion = "1.0.0"\n`;
  await writeFile(join(dir, "buildpack.toml"), descriptor);
  await writeFile(join(dir, "src/buildpack.ts"), "export default {};\n");
  await writeFile(join(dir, "src/exec.d/port.ts"), `export default defineExecD("port", () => ({}));\n`);
});
afterAll(() => rm(dir, { recursive: true }));

test("an exec.d program in TypeScript of an app's own buildpack is refused before its sources are compiled", async () => {
  const module = await readSource(dir, "buildpack", undefined, dir);
  const compiled = compilePrograms([module], {
    platform: { os: "linux", architecture: "amd64" },
    cwd: dir,
    env: {},
    reporter: silentReporter,
    compileConfined: () => () => Promise.reject(new Error("compiled")),
  });
  await expect(compiled).rejects.toThrow(
    expect.objectContaining({
      code: "COMPILE_FAILED",
      message:
        "cannot compile the exec.d program src/exec.d/port.ts of the application's buildpack me/own: exec.d programs in TypeScript are not supported in buildpacks that are part of an application",
      hint: "Package the buildpack with cnb buildpack package and add it with --buildpack, or write the program as a script.",
    }),
  );
});
