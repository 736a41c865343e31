import { lchown, mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import {
  composeBuildEnv,
  type Env,
  executionEnv,
  type Group,
  type GroupElement,
  mergeProcesses,
  nameOf,
  type PlanEntry,
  planFor,
  withoutMet,
} from "libcnb/lifecycle-rules";
import { escapeBuildpackId as escapeId } from "libcnb/spec";
import { CnbError } from "../../errors.ts";
import type { Reporter } from "../../reporter.ts";
import { ImpossibleCommand } from "../../sandbox/backends/start-error.ts";
import type { Require } from "../formats/build-plan.ts";
import { type BuildpackDescriptor, minorOf } from "../formats/descriptor.ts";
import { writeGoToml } from "../formats/go-toml.ts";
import type { BomEntry, Label, Process, Slice } from "../formats/launch-toml.ts";
import type { LayerToml } from "../formats/layer-toml.ts";
import type { BuildTarget } from "../images/target.ts";
import type { BuildMetadata } from "../metadata-toml.ts";
import { buildpackDir, buildpackLayers } from "../paths.ts";
import type { BuildEnvironment, Execution } from "../rootfs/build-environment.ts";
import { checkReadable } from "../rootfs/sandbox-files.ts";
import { buildOwner } from "../rootfs/work-dir.ts";
import { type BuildpackOutputs, readOutputs } from "./build-outputs.ts";
import { contractVariables } from "./contract-variables.ts";
import type { LookUp } from "./detect-phase.ts";
import { layerEnvironment } from "./layer-environment.ts";
import { checkLayersDir } from "./layers-dir.ts";
import { outputLines } from "./output-lines.ts";
import { errorReports, failureOf } from "./reported-error.ts";
import { copySbom } from "./sbom-content.ts";

/** The inputs of a build. */
export interface BuildInputs {
  readonly group: Group;
  /** The image extensions that took part. */
  readonly extensions?: Group;
  readonly plan: readonly PlanEntry<Require>[];
  readonly lookUp: LookUp;
  readonly build: BuildTarget;
  readonly reporter: Reporter;
}

/** The outputs of all buildpacks, for the exporter. */
export interface BuildResult {
  readonly metadata: BuildMetadata;
  /** Sorted into the sets `launch`, `cache` and `build`; on the host, out of the buildpacks' reach. */
  readonly sbomDir: string;
  /** The unstructured bill of materials (`[[bom]]`) of the image. */
  readonly bom: readonly BuildpackBom[];
}

/** The `[[bom]]` tables in one buildpack's launch.toml. */
export interface BuildpackBom {
  readonly buildpack: GroupElement;
  readonly entries: readonly BomEntry[];
}

interface State {
  readonly bom: readonly BuildpackBom[];
  readonly variables: Env;
  readonly plan: readonly PlanEntry<Require>[];
  readonly labels: readonly Label[];
  readonly processes: readonly Process[];
  readonly slices: readonly Slice[];
}

/** Builds with each buildpack of the group in turn (spec section 4.3). Throws BUILD_FAILED, BUILD_OUTPUT_INVALID. */
export async function buildPhase(environment: BuildEnvironment, inputs: BuildInputs): Promise<BuildResult> {
  const sbomDir = join(environment.work.dir, "sbom");
  await mkdir(sbomDir);
  let state: State = {
    variables: environment.variables,
    plan: inputs.plan,
    labels: [],
    processes: [],
    slices: [],
    bom: [],
  };
  for (const element of inputs.group) state = await buildWith(environment, element, inputs, state, sbomDir);
  const { processes, defaultType, lostDefault } = mergeProcesses(state.processes);
  if (lostDefault)
    inputs.reporter.warn(
      `the default process type ${lostDefault} was redefined by a process that is not marked as default`,
    );
  const { labels, slices } = state;
  const metadata = {
    buildpacks: inputs.group,
    ...(inputs.extensions?.length ? { extensions: inputs.extensions.map(withoutKind) } : {}),
    labels,
    processes,
    slices,
    ...(defaultType ? { defaultProcess: defaultType } : {}),
  };
  return { metadata, sbomDir, bom: state.bom };
}

/** In the image's metadata they stand in a list of their own. */
const withoutKind = ({ extension: _, ...element }: GroupElement): GroupElement => element;

async function buildWith(
  environment: BuildEnvironment,
  element: GroupElement,
  inputs: BuildInputs,
  state: State,
  sbomDir: string,
): Promise<State> {
  const descriptor = await inputs.lookUp(element);
  const requested = planFor(state.plan, element);
  inputs.reporter.step(`Building with ${nameOf(element)}`);
  await runBuild(environment, element, descriptor, requested, inputs, state.variables);
  const { outputs, built } = await takeOutputs(
    environment,
    element,
    descriptor,
    requested,
    state.variables,
    sbomDir,
  ).catch((cause) => {
    throw cause instanceof CnbError ? cause : invalidOutput(element, cause);
  });
  return {
    variables: built,
    plan: withoutMet(state.plan, outputs.met),
    labels: [...state.labels, ...outputs.labels],
    processes: [...state.processes, ...outputs.processes],
    slices: [...state.slices, ...outputs.slices],
    bom: [...state.bom, { buildpack: element, entries: outputs.bom }],
  };
}

/** Reads what a buildpack left, and moves it to where the export and the next buildpack look for it. */
async function takeOutputs(
  environment: BuildEnvironment,
  element: GroupElement,
  descriptor: BuildpackDescriptor,
  requested: ReturnType<typeof planFor>,
  variables: Env,
  sbomDir: string,
): Promise<{ readonly outputs: BuildpackOutputs; readonly built: Env }> {
  const names = requested.map(({ name }) => name);
  const outputs = await readOutputs(environment.files, descriptor, names);
  await ignoreTypeless(environment, element, outputs.layers);
  await collectSboms(environment, element, outputs, sbomDir);
  return { outputs, built: await withBuildLayers(environment, element, outputs.layers, variables) };
}

const invalidOutput = (element: GroupElement, cause: unknown): CnbError =>
  new CnbError("BUILD_OUTPUT_INVALID", `buildpack ${nameOf(element)} wrote output that violates the specification`, {
    cause,
  });

async function runBuild(
  environment: BuildEnvironment,
  element: GroupElement,
  descriptor: BuildpackDescriptor,
  requested: ReturnType<typeof planFor>,
  { build, reporter }: BuildInputs,
  variables: Env,
): Promise<void> {
  const dir = buildpackDir(element.id, element.version);
  const layers = buildpackLayers(element.id);
  await prepareLayers(environment, element);
  const planPath = await environment.temporaryFile(
    `${escapeId(element.id)}-`,
    "plan.toml",
    requested.length === 0 ? "" : writeGoToml({ entries: requested }),
  );
  const paths = { CNB_BP_PLAN_PATH: planPath, CNB_LAYERS_DIR: layers };
  const reports = errorReports();
  const lines = outputLines((line) => {
    reports.read(line);
    reporter.output(line);
  });
  const execution: Execution = {
    command: [`${dir}/bin/build`, layers, environment.work.inside.platform, planPath],
    env: executionEnv(variables, {
      platform: environment.platformEnv,
      operator: environment.operatorEnv,
      clearEnv: descriptor.clearEnv,
      contract: {
        ...contractVariables(descriptor, dir, build, environment.work.inside),
        ...(minorOf(descriptor.api) >= 8 ? paths : {}),
      },
    }),
    appWritable: true,
    onOutput: lines.write,
  };
  const code = await environment.run(execution).catch((cause) => {
    throw cause instanceof ImpossibleCommand ? notStarted(element, cause) : cause;
  });
  lines.end();
  if (code === 0) return;
  const { message, hint } = failureOf(`buildpack ${nameOf(element)}`, code, reports.last());
  throw new CnbError("BUILD_FAILED", message, { hint: code === 137 ? wasKilled : hint });
}

const wasKilled = "It was killed: it may need more memory than there is, or than --memory allows.";

/** For the lifecycle, too, that is a failure of the buildpack that would have started. */
const notStarted = (element: GroupElement, cause: ImpossibleCommand): CnbError =>
  new CnbError("BUILD_FAILED", `buildpack ${nameOf(element)} cannot be started`, {
    cause,
    hint: "A file in an env directory of a layer sets the variable: contact the author of an earlier buildpack.",
  });

/** The directory may be there already, with restored layers. */
async function prepareLayers({ work, builder }: BuildEnvironment, element: GroupElement): Promise<void> {
  const dir = join(work.layers, escapeId(element.id));
  await mkdir(dir).then(
    () => giveTo(buildOwner(builder), dir),
    async (error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
      await checkLayersDir(work, element);
    },
  );
}

async function giveTo(owner: ReturnType<typeof buildOwner>, path: string): Promise<void> {
  if (owner) await lchown(path, owner.uid, owner.gid);
}

/** A layer that is for nothing is put aside as `<layer>.ignore` (spec row 31). */
async function ignoreTypeless(
  { files }: BuildEnvironment,
  { id }: GroupElement,
  layers: ReadonlyMap<string, LayerToml>,
): Promise<void> {
  const parent = await files.find(buildpackLayers(id));
  for (const [name, { build, launch, cache }] of layers) {
    if (build || launch || cache || parent?.kind !== "directory") continue;
    // The entry itself, even where it is a link: what a link leads to may be the builder's.
    const dir = join(parent.hostPath, name);
    await rename(dir, `${dir}.ignore`).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return;
      throw new Error(`layer ${name} has no types, and cannot be renamed to ${name}.ignore: ${error.code}`);
    });
  }
}

/** What later buildpacks see of this one's build layers, in the order of `<layer>.toml` (spec section 4.4). */
async function withBuildLayers(
  { files }: BuildEnvironment,
  { id }: GroupElement,
  layers: ReadonlyMap<string, LayerToml>,
  variables: Env,
): Promise<Env> {
  const names = [...layers].filter(([, { build }]) => build).map(([name]) => name);
  const dir = buildpackLayers(id);
  const scopes = ["env", "env.build"];
  const read = names.map((name) => layerEnvironment(files, { name, path: `${dir}/${name}` }, scopes));
  return composeBuildEnv(await Promise.all(read), variables);
}

async function collectSboms(
  { files }: BuildEnvironment,
  { id }: GroupElement,
  { sboms }: BuildpackOutputs,
  sbomDir: string,
): Promise<void> {
  for (const { set, layer, file, name } of sboms) {
    const found = await files.find(`${buildpackLayers(id)}/${file}`);
    if (found?.kind !== "file") continue;
    checkReadable(file, found);
    const dir = join(sbomDir, set, escapeId(id), layer ?? "");
    await mkdir(dir, { recursive: true });
    await copySbom(found, join(dir, name), file);
  }
}
