import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { execute, type Outcome, pinnedNode, root } from "../../cnb.ts";
import { buildsNothing } from "./tests.ts";
import type { UnitDetect } from "./unit-detect.ts";

/** A detect that a test next to the sources runs, and the copies of its directories. */
export interface RecordedDetect extends UnitDetect {
  /** The directory with a copy of each of `directories`, by its index. */
  readonly copies: string;
}

/**
 * Runs test files next to the sources, and records each detect that they run. Tests of reference buildpacks end where they would
 * build; any other has to pass.
 */
export async function recordedDetects(files: readonly string[], dir: string): Promise<readonly RecordedDetect[]> {
  await mkdir(dir);
  await runTests(files.filter(buildsNothing), dir);
  const others = files.filter((file) => !buildsNothing(file));
  const { exitCode, stdout, stderr } = await runTests(others, dir);
  if (exitCode !== 0) throw new Error(`recording detects failed:\n${stdout}\n${stderr}`);
  const names = await readdir(dir);
  return Promise.all(
    names.map(async (name) => {
      const copies = join(dir, name);
      return { ...JSON.parse(await readFile(join(copies, "detect.json"), "utf8")), copies };
    }),
  );
}

function runTests(files: readonly string[], dir: string): Promise<Outcome> {
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const config = join(import.meta.dirname, "recorded/vitest.config.ts");
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("VITEST")));
  return execute(pinnedNode, [vitest, "run", "--config", config, ...files], {
    env: { ...env, NODE_OPTIONS: "", RECORDED_DETECTS: dir },
  });
}
