import { cp, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { execute, root } from "../../cnb.ts";
import type { Detected } from "../detects.ts";
import { type Description, descriptionFile } from "./located/description.ts";
import type { RecordedDetect } from "./recorded-detects.ts";

/** What runs a detect: a packaged buildpack's directory, or a program that finds its buildpack in a source. */
export type Runner = { readonly buildpack: string } | { readonly program: string };

/** Runs a recorded detect in a process of its own. Its directories are at the same paths as in its test. */
export async function replay(detect: RecordedDetect, runner: Runner): Promise<Detected> {
  const { directories, copies, appDir, planFile } = detect;
  const created: string[] = [];
  try {
    for (const [index, dir] of directories.entries()) {
      await mkdir(dir); // fails if something else has the path by now
      created.push(dir);
      await cp(join(copies, String(index)), dir, { recursive: true, verbatimSymlinks: true });
    }
    const buildpackDir = await writeBuildpack(detect, runner);
    const env = { ...detect.env };
    for (const name of ["CNB_BUILDPACK_DIR", "CNB_EXTENSION_DIR"]) if (name in env) env[name] = buildpackDir;
    const { exitCode, stdout, stderr } = await execute(join(buildpackDir, "bin/detect"), [], { cwd: appDir, env });
    return {
      exitCode,
      stdout,
      stderr: "program" in runner ? withoutFrames(stderr) : stderr,
      plan: await readFile(planFile, "utf8"),
    };
  } finally {
    for (const dir of created) await rm(dir, { recursive: true, force: true });
  }
}

/** Without the frames of a stack: a program of the tests has no source map, so they name its own lines. */
const withoutFrames = (text: string): string => text.replace(/^ {4}at .*\n/gm, "");

/** Writes the buildpack's directory, at the same path on both engines. */
async function writeBuildpack(detect: RecordedDetect, runner: Runner): Promise<string> {
  const { id, defined, operatorDir, appDir, buildpackDir } = detect;
  const isRepositorys = buildpackDir.startsWith(`${root}/`);
  const dir = isRepositorys ? join(dirname(appDir), "buildpack") : buildpackDir;
  if ("buildpack" in runner) {
    await symlink(runner.buildpack, dir);
    return dir;
  }
  if (isRepositorys)
    await cp(buildpackDir, dir, { recursive: true, filter: (path) => basename(path) !== "node_modules" });
  await mkdir(join(dir, "bin"), { recursive: true });
  const description: Description = { id, defined, operatorDir };
  await writeFile(join(dir, descriptionFile), JSON.stringify(description));
  await symlink(runner.program, join(dir, "bin/detect"));
  return dir;
}
