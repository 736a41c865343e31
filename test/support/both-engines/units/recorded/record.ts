/** Records the detects of a test file: what each gets, and what comes of it. */
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import type { Buildpack, Extension } from "libcnb";
import { expect, type RunnerTask, TestRunner } from "vitest";
import type { DetectInputs } from "../../../../../framework/src/runtime/inputs/inputs.ts";
import { operatorDir } from "../../../../../framework/src/runtime/inputs/tool-env.ts";
import type { PhaseHost } from "../../../../../framework/src/runtime/phase-host.ts";
import { root } from "../../../cnb.ts";
import type { Defined, DetectOutcome, UnitDetect } from "../unit-detect.ts";

const located = new WeakMap<object, Defined>();
const originals = new WeakMap<object, object>();
const calls = new Map<number, number>();

/** Notes where the buildpacks of a call of the test kit are defined. */
export function locate(buildpacks: Readonly<Record<string, Buildpack | Extension>>): void {
  const test = currentTest();
  const call = calls.get(test) ?? 0;
  calls.set(test, call + 1);
  for (const [member, buildpack] of Object.entries(buildpacks))
    if (!located.has(buildpack)) located.set(buildpack, { test, call, member });
}

/** Notes the extension that a buildpack, or its detect alone, was made of. */
export const noteOrigin = (copy: object, original: object): void => void originals.set(copy, original);

/** The number of the running test in its file. */
function currentTest(): number {
  const current = TestRunner.getCurrentTest();
  return current === undefined ? -1 : testsIn(current.file.tasks).indexOf(current);
}

const testsIn = (tasks: readonly RunnerTask[]): readonly RunnerTask[] =>
  tasks.flatMap((task) => (task.type === "suite" ? testsIn(task.tasks) : [task]));

type Call = readonly [Buildpack, DetectInputs, PhaseHost];

/** Copies the directories of a detect before it runs. The returned function writes the record when it has ended. */
export async function recordDetect(
  ...[buildpack, inputs, host]: Call
): Promise<(outcome: DetectOutcome) => Promise<void>> {
  const dir = await mkdtemp(join(process.env["RECORDED_DETECTS"] ?? "", "detect-"));
  const { testPath = "", currentTestName = "" } = expect.getState();
  const directories = directoriesOf(host);
  await Promise.all(
    directories.map((from, index) => cp(from, join(dir, String(index)), { recursive: true, verbatimSymlinks: true })),
  );
  const call = {
    file: relative(root, testPath),
    test: currentTestName,
    defined: await definitionOf(originals.get(buildpack) ?? originals.get(buildpack.detect) ?? buildpack, [
      host.buildpackDir,
      ...parentsOf(testPath),
    ]),
    id: host.descriptor.buildpack.id,
    directories,
    appDir: host.appDir,
    buildpackDir: host.buildpackDir,
    operatorDir: host.operatorEnvDir ?? operatorDir,
    planFile: inputs.buildPlanFile,
    env: host.env as UnitDetect["env"],
  };
  return async (outcome) => {
    const recorded: UnitDetect = { ...call, outcome, plan: await readFile(inputs.buildPlanFile, "utf8") };
    await writeFile(join(dir, "detect.json"), JSON.stringify(recorded));
  };
}

/** The directory of all directories that the test kit makes, and the buildpack's own if it is another one. */
function directoriesOf({ appDir, buildpackDir }: PhaseHost): readonly string[] {
  const kitsDir = dirname(appDir);
  if (!basename(kitsDir).startsWith("libcnb-")) throw new Error(`${appDir} is not a directory of the test kit`);
  return buildpackDir.startsWith(`${kitsDir}/`) || isInRepository(buildpackDir) ? [kitsDir] : [kitsDir, buildpackDir];
}

async function definitionOf(buildpack: object, dirs: readonly string[]): Promise<Defined> {
  const module = await moduleOf(buildpack, dirs);
  const defined = module === undefined ? located.get(buildpack) : { module };
  if (defined === undefined) throw new Error("no call of the test kit has this buildpack");
  return defined;
}

const isInRepository = (dir: string): boolean => dir.startsWith(`${root}/`);

function parentsOf(file: string): readonly string[] {
  const dir = dirname(file);
  return dir === root ? [] : [dir, ...parentsOf(dir)];
}

/** The module next to the test, or of the buildpack's directory, whose default export is the buildpack. */
async function moduleOf(buildpack: object, dirs: readonly string[]): Promise<string | undefined> {
  for (const file of dirs.flatMap((dir) => ["buildpack", "extension"].map((name) => join(dir, "src", `${name}.ts`)))) {
    if (!isInRepository(file) || !existsSync(file)) continue;
    const { default: exported } = await import(/* @vite-ignore */ file);
    if (exported === buildpack) return relative(root, file);
  }
  return undefined;
}
