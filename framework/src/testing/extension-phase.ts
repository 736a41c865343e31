import { basename, dirname, join } from "node:path";
import { defined } from "../defined.ts";
import type { Extension } from "../extension/extension.ts";
import { writeFileMap } from "../host/files/tree.ts";
import { detectOf } from "../runtime/detect-of-extension.ts";
import { generatePhase } from "../runtime/generate-phase.ts";
import { generateInputs } from "../runtime/inputs/inputs.ts";
import { readModule } from "../runtime/inputs/read-descriptor.ts";
import { formatBuildpackPlan } from "../spec/buildpack-plan.ts";
import { formatToml } from "../spec/schemas/toml.ts";
import { type FailingPhase, failureOf, type PreparedPhase } from "./failure.ts";
import { defaultTarget, phaseEnv } from "./fixture/phase-env.ts";
import { recording } from "./fixture/recording.ts";
import type { World } from "./fixture/world.ts";
import { type FixtureBuildpack, ownDirectory } from "./fixture/written-buildpack.ts";
import type { ExtensionFixture, GenerateFixture } from "./fixtures.ts";
import type { DetectOutcome, GenerateOutcome, PhaseFailure } from "./outcomes.ts";
import { detectIn, failingDetectIn, inPhaseWorld } from "./sandbox.ts";

/** Runs an extension's detect in temporary directories with the given inputs. */
export async function detectExtension(extension: Extension, given: ExtensionFixture): Promise<DetectOutcome> {
  return inExtensionWorld(given, async (world) => detectIn(world, detectOf(extension), await prepare(world, given)));
}

/** Runs an extension's detect that fails with an error. */
export async function failingDetectOf(extension: Extension, given: ExtensionFixture): Promise<PhaseFailure> {
  return inExtensionWorld(given, async (world) => {
    const onError = extension.onError?.bind(extension);
    const buildpack = { ...detectOf(extension), ...defined({ onError }) };
    return failingDetectIn(world, buildpack, await prepare(world, given));
  });
}

/** Runs an extension's generate in temporary directories with the given inputs. */
export async function generateIn(extension: Extension, given: GenerateFixture): Promise<GenerateOutcome> {
  return inExtensionWorld(given, async (world) =>
    generated(world, extension, { given, prepared: await prepare(world, given) }),
  );
}

/** Runs a generate that fails with an error. */
export async function failingGenerateOf(extension: Extension, given: GenerateFixture): Promise<PhaseFailure> {
  return inExtensionWorld(given, async (world) => {
    const prepared = await prepare(world, given);
    const failing: FailingPhase = { phase: "generate", prepared, onError: extension.onError?.bind(extension) };
    return failureOf(world, failing, () => generated(world, extension, { given, prepared }));
  });
}

interface Generating {
  readonly given: GenerateFixture;
  readonly prepared: PreparedPhase;
}

async function generated(
  world: World,
  extension: Extension,
  { given: { plan = {} }, prepared: { host, recording: record, planFile } }: Generating,
): Promise<GenerateOutcome> {
  const entries = Object.entries(plan).flatMap(([name, all]) => all.map((metadata) => ({ name, metadata })));
  const outputDir = join(world.layers, "output");
  await writeFileMap(outputDir, {});
  await writeFileMap(dirname(planFile), { [basename(planFile)]: formatBuildpackPlan(entries) });
  const inputs = generateInputs({ argv: [], env: { ...host.env, CNB_OUTPUT_DIR: outputDir } });
  const result = await generatePhase(extension, inputs, host);
  return { result, ...record.recorded(world.rename), output: await world.read(outputDir) };
}

const inExtensionWorld = <T>({ extension, ...given }: GenerateFixture, use: (world: World) => Promise<T>): Promise<T> =>
  inPhaseWorld({ ...given, ...defined({ buildpack: typeof extension === "string" ? extension : undefined }) }, use);

async function prepare(world: World, given: ExtensionFixture): Promise<PreparedPhase> {
  const { env, operatorEnv, target = defaultTarget, execEnv, extension = {} } = given;
  const dir = await writeExtension(extension, world.buildpack);
  const { descriptor } = await readModule(dir, "extension");
  const { clearEnv } = descriptor.buildpack;
  const location = { buildpackDir: dir, layersDir: world.layers, planFile: world.plan };
  const { CNB_BUILDPACK_DIR, CNB_LAYERS_DIR, ...variables } = phaseEnv(world, {
    ...location,
    env,
    operatorEnv,
    clearEnv,
    target,
    execEnv,
  });
  const record = recording(given, variables);
  const { clock, download, runTool, compiledExecD, log } = record;
  const locations = { appDir: world.app, buildpackDir: dir, operatorEnvDir: world.operator };
  const files = { ...locations, descriptor, descriptorFile: "extension.toml" };
  const host = {
    clock,
    download,
    runTool,
    compiledExecD,
    log,
    ...files,
    env: { ...variables, CNB_EXTENSION_DIR: dir },
  };
  return { host, recording: record, layersDir: world.layers, planFile: world.plan };
}

/** Creates the extension's directory, unless the test has one. */
async function writeExtension(given: FixtureBuildpack, dir: string): Promise<string> {
  if (typeof given === "string") return ownDirectory(given, "extension.toml");
  const {
    api = "0.11",
    id = "test/extension",
    version = "1.0.0",
    metadata = {},
    clearEnv,
    execEnv,
    targets,
    files,
  } = given;
  const flags = defined({ "clear-env": clearEnv || undefined, "exec-env": execEnv });
  const toml = { api, extension: { id, version, ...flags }, ...defined({ targets }), metadata };
  await writeFileMap(dir, { "extension.toml": formatToml(toml), ...files });
  return dir;
}
