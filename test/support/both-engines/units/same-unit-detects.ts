import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Detected, unpackedBuildpacks } from "../detects.ts";
import { type Programs, programsFor } from "./programs.ts";
import { type RecordedDetect, recordedDetects } from "./recorded-detects.ts";
import { type Runner, replay } from "./replay.ts";
import type { DetectOutcome } from "./unit-detect.ts";

/** What the detects of the tests next to the sources give on Node.js and on the small engine. */
export interface UnitComparison {
  /** How many detects were run on both engines. */
  readonly replayed: number;
  /** Test files of which no detect was run. */
  readonly without: readonly string[];
  /** Detects that give something else on Node.js than in their tests. */
  readonly changed: readonly Difference[];
  readonly differences: readonly Difference[];
}

interface Difference {
  /** The test file, the test and the buildpack. */
  readonly of: string;
  readonly node: Detected;
  readonly other: Detected | Pick<RecordedDetect, "outcome" | "plan">;
}

/**
 * Runs each detect of test files again, in a process of its own on both engines. Reference buildpacks are packaged, with
 * `--runtime script` and with `--runtime auto` without their program for Node.js. Other buildpacks are compiled with the tests
 * that define them.
 */
export async function compareUnitDetects(files: readonly string[]): Promise<UnitComparison> {
  const dir = await mkdtemp(join(tmpdir(), "same-unit-detects-"));
  try {
    const [detects, runnersOf] = await Promise.all([recordedDetects(files, join(dir, "recorded")), runnersIn(dir)]);
    const replays = await replayed(detects, runnersOf);
    return comparisonOf(files, replays);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

interface Runners {
  readonly node: Runner;
  readonly small: Runner;
}

type RunnersOf = (detect: RecordedDetect) => Promise<Runners>;

async function runnersIn(dir: string): Promise<RunnersOf> {
  for (const name of ["node", "small"]) await mkdir(join(dir, name));
  const node = await unpackedBuildpacks(join(dir, "node"), "script");
  const small = await unpackedBuildpacks(join(dir, "small"), "auto");
  for (const buildpack of small.values()) await rm(join(buildpack, "bin/main"), { force: true });
  const programs = new Map<string, Promise<Programs>>();
  return async (detect) => {
    const name = referenceBuildpack(detect);
    const [onNode, onEngine] = [node.get(name), small.get(name)];
    if (onNode !== undefined && onEngine !== undefined)
      return { node: { buildpack: onNode }, small: { buildpack: onEngine } };
    const source = "module" in detect.defined ? detect.defined.module : detect.file;
    const compiled = programs.get(source) ?? programsFor(source, join(dir, `program-${programs.size}`));
    programs.set(source, compiled);
    const program = await compiled;
    return { node: { program: program.node }, small: { program: program.small } };
  };
}

/** The directory's name of a detect's reference buildpack, if it has its own descriptor. */
function referenceBuildpack({ defined, buildpackDir }: RecordedDetect): string {
  const [, name = ""] = ("module" in defined && /^buildpacks\/([^/]+)\/src\/buildpack\.ts$/.exec(defined.module)) || [];
  return buildpackDir.endsWith(`/buildpacks/${name}`) ? name : "";
}

interface Replay {
  readonly detect: RecordedDetect;
  readonly node: Detected;
  readonly small: Detected;
}

async function replayed(detects: readonly RecordedDetect[], runnersOf: RunnersOf): Promise<readonly Replay[]> {
  // detects of one group have the same directories
  const left = Map.groupBy(detects, ({ appDir }) => appDir).values();
  const work = async (): Promise<readonly Replay[]> => {
    const replays: Replay[] = [];
    for (const group of left)
      for (const detect of group) {
        const { node, small } = await runnersOf(detect);
        replays.push({ detect, node: await replay(detect, node), small: await replay(detect, small) });
      }
    return replays;
  };
  return (await Promise.all([work(), work()])).flat();
}

function comparisonOf(files: readonly string[], replays: readonly Replay[]): UnitComparison {
  const of = ({ file, test, id }: RecordedDetect): string => `${file}: ${test}: ${id}`;
  return {
    replayed: replays.length,
    without: files.filter((file) => replays.every(({ detect }) => detect.file !== file)),
    changed: replays
      .filter(({ detect, node }) => outcomeOf(node) !== detect.outcome || node.plan !== detect.plan)
      .map(({ detect, node }) => ({ of: of(detect), node, other: { outcome: detect.outcome, plan: detect.plan } })),
    differences: replays
      .filter(({ node, small }) => JSON.stringify(node) !== JSON.stringify(small))
      .map(({ detect, node, small }) => ({ of: of(detect), node, other: small })),
  };
}

function outcomeOf({ exitCode }: Detected): DetectOutcome {
  if (exitCode === 100) return "fail";
  return exitCode === 0 ? "pass" : "error";
}
