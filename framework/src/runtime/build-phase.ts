import { join } from "node:path";
import type { BuildResult } from "../build.ts";
import type { Buildpack } from "../buildpack.ts";
import { checkConfig } from "../config/config.ts";
import { showConfiguration } from "../config/show.ts";
import { planOf } from "../dependency.ts";
import type { EnvDirectory } from "../env/apply.ts";
import { removeTree, writeWhole } from "../host/files/files.ts";
import { bytesAt, entriesOf, textsIn } from "../host/files/read.ts";
import type { Layers } from "../layer/recipe.ts";
import { emitSboms } from "../sbom/emit.ts";
import { type BuildpackPlanEntry, parseBuildpackPlan } from "../spec/buildpack-plan.ts";
import type { Table } from "../spec/schemas/schema.ts";
import { parseStoreToml } from "../spec/store-toml.ts";
import { callAuthor } from "./author-code.ts";
import { buildLayers } from "./build-layers.ts";
import { configInputs } from "./inputs/configuration.ts";
import type { BuildInputs } from "./inputs/inputs.ts";
import { operatorDir } from "./inputs/tool-env.ts";
import { trustOf } from "./inputs/trust.ts";
import { phaseContext } from "./phase-context.ts";
import type { PhaseHost } from "./phase-host.ts";
import { phaseTools } from "./phase-tools.ts";
import { announcedBindings } from "./results/announced-bindings.ts";
import { checkBuildResult } from "./results/build-result.ts";
import { processLines } from "./results/effects.ts";
import { outputFiles } from "./results/outputs.ts";
import { execEnvNotes } from "./results/process-exec-env.ts";

/** Runs a buildpack's build and writes its result into the layers directory. */
export async function buildPhase(buildpack: Buildpack, inputs: BuildInputs, host: PhaseHost): Promise<BuildResult> {
  const { layersDir } = inputs;
  await dropStaleOutputs(layersDir);
  const entries = await readPlan(inputs.buildpackPlanFile);
  const common = await phaseContext(host, inputs, buildpack.config);
  showConfiguration(host.log, await configInputs(host, common, buildpack.config));
  checkConfig(common.config);
  const { sbomFormats, clearEnv } = host.descriptor.buildpack;
  const layers = await buildLayers({
    layersDir,
    buildpackDir: host.buildpackDir,
    compiledExecD: host.compiledExecD,
    execEnv: inputs.execEnv,
    emit: (sboms) => emitSboms(sboms, sbomFormats),
    log: host.log,
    env: common.env,
    overlay: { user: clearEnv ? {} : common.platform.env, operator: await operatorEnv(host) },
  });
  const context = {
    ...common,
    bindings: announcedBindings(common.bindings, host.log),
    layers: await traced(layers, host),
    plan: planOf(entries),
    ...(await readStore(layersDir)),
    ...phaseTools(host, common),
  };
  const result = checkBuildResult(await callAuthor(() => buildpack.build(context)).finally(trustOf(common).end));
  for (const line of processLines(result)) host.log.debug(line);
  for (const note of execEnvNotes(result.processes ?? {}, host.descriptor.api)) host.log.warn(note);
  await writeOutputs(layersDir, result, entries, sbomFormats);
  await layers.finish();
  return result;
}

// a change of a layer does not undo what the operator of the builder wants (spec row 49)
async function operatorEnv({ operatorEnvDir = operatorDir }: PhaseHost): Promise<EnvDirectory> {
  return new Map(Object.entries(await textsIn(operatorEnvDir)));
}

async function traced(layers: Layers, { tracer }: PhaseHost): Promise<Layers> {
  if (tracer === undefined) return layers;
  const { tracedLayers } = await import("../telemetry/traced-layers.ts");
  return tracedLayers(layers, tracer);
}

async function readPlan(file: string): Promise<readonly BuildpackPlanEntry[]> {
  return parseBuildpackPlan((await bytesAt(file)) ?? "", file);
}

async function readStore(layersDir: string): Promise<{ readonly store?: Table }> {
  const file = join(layersDir, "store.toml");
  const source = await bytesAt(file);
  return source === undefined ? {} : { store: parseStoreToml(source, file) };
}

// Never restored by the lifecycle, but there when a build is run again by hand.
async function dropStaleOutputs(layersDir: string): Promise<void> {
  const stale = (await entriesOf(layersDir)).filter(({ name }) => /^(launch|build)\.(toml|sbom\..*)$/.test(name));
  for (const { name } of stale) await removeTree(join(layersDir, name));
}

async function writeOutputs(
  layersDir: string,
  result: BuildResult,
  entries: readonly BuildpackPlanEntry[],
  sbomFormats: readonly string[],
): Promise<void> {
  const files = Object.entries(outputFiles(result, entries));
  for (const set of ["launch", "build"] as const) {
    const texts = await emitSboms(result.sbom?.[set] ?? [], sbomFormats);
    files.push(
      ...Object.entries(texts).map(([extension, text]): [string, string] => [`${set}.sbom.${extension}`, text]),
    );
  }
  for (const [name, text] of files) await writeWhole(join(layersDir, name), text);
  if (result.store !== undefined && Object.keys(result.store).length === 0)
    await removeTree(join(layersDir, "store.toml"));
}
