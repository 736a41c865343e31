import { join } from "node:path";
import type { BuildResult } from "../build.ts";
import type { Buildpack } from "../buildpack.ts";
import { checkConfig } from "../config/config.ts";
import { showConfiguration } from "../config/show.ts";
import { planOf } from "../dependency.ts";
import { applyBuildEnv, buildPathDirectories, type Env } from "../env/apply.ts";
import type { RunTool } from "../host/command.ts";
import { removeTree, writeWhole } from "../host/files.ts";
import { restoredLayers } from "../host/layer-directory.ts";
import { entriesOf, textAt } from "../host/read.ts";
import { type LayersHost, provideLayers } from "../layer/provide.ts";
import { emitSboms } from "../sbom/emit.ts";
import { type BuildpackPlanEntry, decodeBuildpackPlan } from "../spec/buildpack-plan.ts";
import type { Table } from "../spec/schema.ts";
import { decodeStoreToml } from "../spec/store-toml.ts";
import { configInputs } from "./configuration.ts";
import type { BuildInputs } from "./inputs.ts";
import { outputFiles } from "./outputs.ts";
import { type PhaseHost, phaseContext } from "./phase-context.ts";

/** Runs build and writes what it answers. */
export async function buildPhase(buildpack: Buildpack, inputs: BuildInputs, host: PhaseHost): Promise<BuildResult> {
  const { layersDir } = inputs;
  await dropStaleOutputs(layersDir);
  const entries = await readPlan(inputs.buildpackPlanFile);
  const common = await phaseContext(host, inputs, buildpack.config);
  showConfiguration(host.log, configInputs(host, common, buildpack.config));
  checkConfig(common.config);
  const layers = provideLayers(await layersHost(layersDir, host, common.env));
  const context = {
    ...common,
    layers,
    plan: planOf(entries),
    ...(await readStore(layersDir)),
    run: runIn(host, common.env),
  };
  const result = (await buildpack.build(context)) ?? {};
  await writeOutputs(layersDir, result, entries, host.descriptor.buildpack.sbomFormats);
  await layers.dropUntouched();
  return result;
}

/** Layers that change `env` in place: the author's `env` and tools see each build layer as soon as it is provided. */
async function layersHost(layersDir: string, host: PhaseHost, env: Env): Promise<LayersHost> {
  return {
    layersDir,
    restored: await restoredLayers(layersDir),
    emit: (sboms) => emitSboms(sboms, host.descriptor.buildpack.sbomFormats),
    async onProvided({ definition, directory, env: layerEnv }) {
      if (!definition.types.build) return;
      const directories = await directory.existing(buildPathDirectories.map(([name]) => name));
      Object.assign(env, applyBuildEnv(env, { path: directory.path, directories, env: layerEnv }));
    },
  };
}

function runIn({ log, appDir, runTool }: PhaseHost, env: Env): RunTool {
  return (tool, args = [], options = {}) => runTool({ env, cwd: appDir, log }, { tool, args, ...options });
}

async function readPlan(file: string): Promise<readonly BuildpackPlanEntry[]> {
  return decodeBuildpackPlan((await textAt(file)) ?? "", file);
}

async function readStore(layersDir: string): Promise<{ readonly store?: Table }> {
  const file = join(layersDir, "store.toml");
  const text = await textAt(file);
  return text === undefined ? {} : { store: decodeStoreToml(text, file) };
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
