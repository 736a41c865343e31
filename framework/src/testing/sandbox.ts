import { basename, dirname, resolve } from "node:path";
import type { Buildpack } from "../buildpack.ts";
import { textAt } from "../host/files/read.ts";
import { writeFileMap } from "../host/files/tree.ts";
import { buildPhase } from "../runtime/build-phase.ts";
import { detectPhase } from "../runtime/detect-phase.ts";
import { buildInputs, detectInputs } from "../runtime/inputs/inputs.ts";
import { readDescriptor } from "../runtime/inputs/read-descriptor.ts";
import { parseBuildPlan } from "../spec/build-plan.ts";
import { type BuildpackPlanEntry, formatBuildpackPlan } from "../spec/buildpack-plan.ts";
import { type FailingPhase, failureOf, type PreparedPhase } from "./failure.ts";
import type { FileMap } from "./fixture/file-map.ts";
import { defaultTarget, phaseEnv } from "./fixture/phase-env.ts";
import { recording } from "./fixture/recording.ts";
import { inWorld, type World } from "./fixture/world.ts";
import { writeBuildpack } from "./fixture/written-buildpack.ts";
import type { BuildFixture, DetectFixture, PhaseFixture } from "./fixtures.ts";
import type { BuildFailure, BuildOutcome, DetectOutcome, PhaseFailure } from "./outcomes.ts";
import { parseOutputs } from "./parsed.ts";

/**
 * The directories of a phase if there are several buildpacks. Default: those of a single buildpack.
 */
export interface PhaseDirectories {
  readonly inherited?: Readonly<Record<string, string>> | undefined;
  readonly buildpackDir?: string;
  readonly layersDir?: string;
  readonly planFile?: string;
}

/**
 * Prepares a phase in the temporary directories of a test: the buildpack's directory, environment,
 * ports.
 */
export async function prepare(
  world: World,
  given: PhaseFixture,
  location: PhaseDirectories = {},
): Promise<PreparedPhase> {
  const { env, operatorEnv, target = defaultTarget, execEnv, buildpack = {} } = given;
  const buildpackDir = await writeBuildpack(buildpack, location.buildpackDir ?? world.buildpack);
  const descriptor = await readDescriptor(buildpackDir);
  const { clearEnv } = descriptor.buildpack;
  const { inherited, layersDir = world.layers, planFile = world.plan } = location;
  const variables = phaseEnv(world, {
    env,
    operatorEnv,
    inherited,
    clearEnv,
    buildpackDir,
    layersDir,
    planFile,
    target,
    execEnv,
  });
  const record = recording(given, variables);
  const { clock, download, runTool, compiledExecD, log } = record;
  const locations = { appDir: world.app, buildpackDir, operatorEnvDir: world.operator };
  const host = { clock, download, runTool, compiledExecD, log, ...locations, descriptor, env: variables };
  return { host, recording: record, layersDir, planFile };
}

/**
 * Runs a function with the temporary directories of a test, and the buildpack's directory that the
 * test names.
 */
export const inPhaseWorld = <T>(given: PhaseFixture, use: (world: World) => Promise<T>): Promise<T> =>
  inWorld(given, typeof given.buildpack === "string" ? { [resolve(given.buildpack)]: "buildpack" } : {}, use);

/** Runs a buildpack's detect in temporary directories with the given inputs. */
export async function runDetect(buildpack: Buildpack, given: DetectFixture): Promise<DetectOutcome> {
  return inPhaseWorld(given, async (world) => detectIn(world, buildpack, await prepare(world, given)));
}

/** Runs detect in the temporary directories of a test. */
export async function detectIn(world: World, buildpack: Buildpack, phase: PreparedPhase): Promise<DetectOutcome> {
  const { host, recording, planFile } = phase;
  await writeFileMap(dirname(planFile), { [basename(planFile)]: "" });
  const result = await detectPhase(buildpack, detectInputs({ argv: [], env: host.env }), host);
  const recorded = recording.recorded(world.rename);
  if (result.outcome === "fail") return { ...result, ...recorded };
  // what the lifecycle would read, not what the buildpack returned
  return { outcome: "pass", plan: parseBuildPlan((await textAt(planFile)) ?? "", "plan.toml"), ...recorded };
}

/** A build, with the identity of its buildpack. */
export interface IdentifiedBuild {
  readonly outcome: BuildOutcome;
  readonly id: string;
  readonly version: string;
}

/** Runs build with the given inputs and the restored layers of a buildpack with that id. */
export async function runBuild(
  buildpack: Buildpack,
  given: BuildFixture,
  restore: (id: string) => FileMap,
): Promise<IdentifiedBuild> {
  return inPhaseWorld(given, async (world) => {
    const phase = await prepare(world, given, { inherited: given.inherited });
    const { id, version } = phase.host.descriptor.buildpack;
    return {
      outcome: await buildIn(world, buildpack, phase, { plan: planOf(given), restored: restore(id) }),
      id,
      version,
    };
  });
}

/** Runs a detect that fails with an error. */
export async function runFailingDetect(buildpack: Buildpack, given: DetectFixture): Promise<PhaseFailure> {
  return inPhaseWorld(given, async (world) => failingDetectIn(world, buildpack, await prepare(world, given)));
}

/** Runs a detect that fails with an error, in the temporary directories of a test. */
export const failingDetectIn = (world: World, buildpack: Buildpack, prepared: PreparedPhase): Promise<PhaseFailure> =>
  failureOf(world, { phase: "detect", prepared, onError: buildpack.onError?.bind(buildpack) }, () =>
    detectIn(world, buildpack, prepared),
  );

/** Runs a build that fails. */
export async function runFailingBuild(
  buildpack: Buildpack,
  given: BuildFixture,
  restored: FileMap,
): Promise<BuildFailure> {
  return inPhaseWorld(given, async (world) => {
    const prepared = await prepare(world, given, { inherited: given.inherited });
    const failing: FailingPhase = { phase: "build", prepared, onError: buildpack.onError?.bind(buildpack) };
    const build = () => buildIn(world, buildpack, prepared, { plan: planOf(given), restored });
    const failure = await failureOf(world, failing, build);
    return { ...failure, layers: await world.read(prepared.layersDir) };
  });
}

/** The files that exist before a build. */
export interface BuildFiles {
  readonly plan: readonly BuildpackPlanEntry[];
  readonly restored: FileMap;
}

/** Runs build in the temporary directories of a test. */
export async function buildIn(
  world: World,
  buildpack: Buildpack,
  { host, recording, layersDir, planFile }: PreparedPhase,
  { plan, restored }: BuildFiles,
): Promise<BuildOutcome> {
  await writeFileMap(dirname(planFile), { [basename(planFile)]: formatBuildpackPlan(plan) });
  await writeFileMap(layersDir, world.location(restored));
  const result = await buildPhase(buildpack, buildInputs({ argv: [], env: host.env }), host);
  const [layers, app] = await Promise.all([world.read(layersDir), world.read(world.app)]);
  return withParsed({ result, ...recording.recorded(world.rename), layers, app });
}

const planOf = ({ plan = {} }: BuildFixture): readonly BuildpackPlanEntry[] =>
  Object.entries(plan).flatMap(([name, all]) => all.map((metadata) => ({ name, metadata })));

// read when it is asked for: a test may be about files that cannot be read
function withParsed(outcome: Omit<BuildOutcome, "parsed">): BuildOutcome {
  let parsed: BuildOutcome["parsed"] | undefined;
  const get = () => (parsed ??= parseOutputs(outcome.layers));
  return Object.defineProperty(outcome, "parsed", { get }) as BuildOutcome;
}
