import { lchown, mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { nameOf, withoutMet } from "libcnb/internal";
import {
  composeBuildEnv,
  type Env,
  executionEnv,
  type Group,
  type GroupElement,
  mergeProcesses,
  planFor,
} from "libcnb/lifecycle-rules";
import { escapeBuildpackId as escapeId } from "libcnb/spec";
import { defined, unlessEmpty } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import type { Reporter } from "../../reporter.ts";
import { ImpossibleCommand } from "../../sandbox/backends/start-error.ts";
import type { Require, ResolvedPlan } from "../formats/build-plan.ts";
import { type BuildpackDescriptor, minorOf } from "../formats/descriptor.ts";
import { writeGoToml } from "../formats/go-toml.ts";
import type { BomEntry, Label, Process, Slice } from "../formats/launch-toml.ts";
import type { LayerToml } from "../formats/layer-toml.ts";
import type { BuildTarget } from "../images/target.ts";
import type { BuildMetadata } from "../metadata-toml.ts";
import { buildpackDir, buildpackLayers } from "../paths.ts";
import type { BuildEnvironment, ExecutionContext } from "../rootfs/build-environment.ts";
import type { FileOwner } from "../rootfs/copy-tree.ts";
import { checkReadable } from "../rootfs/sandbox-files.ts";
import { buildOwner } from "../rootfs/work-dir.ts";
import { type BuildpackOutputs, readOutputs } from "./build-outputs.ts";
import { contractVariables } from "./contract-variables.ts";
import { layerEnvironment } from "./layer-environment.ts";
import { checkLayersDir } from "./layers-dir.ts";
import type { LookUp } from "./look-up.ts";
import { outputLines } from "./output-lines.ts";
import { errorReports, failureOf } from "./reported-error.ts";
import { copySbom } from "./sbom-content.ts";

/** The inputs of the build phase. */
export interface BuildInput {
  readonly group: Group;
  /** The image extensions that passed detection. */
  readonly extensions: Group;
  readonly plan: ResolvedPlan;
  readonly lookUp: LookUp;
  readonly buildTarget: BuildTarget;
  readonly reporter: Reporter;
}

/** The outputs of all buildpacks, for the exporter. */
export interface BuildResult {
  readonly metadata: BuildMetadata;
  /**
   * The directory on the host with SBOMs, sorted into `launch`, `cache` and `build`. Buildpacks
   * cannot access it.
   */
  readonly sbomDir: string;
  /** The unstructured BOM (`[[bom]]`) of the image. */
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
  readonly plan: ResolvedPlan;
  readonly labels: readonly Label[];
  readonly processes: readonly Process[];
  readonly slices: readonly Slice[];
}

/**
 * Runs `bin/build` of each buildpack of the group in turn. Throws BUILD_FAILED,
 * BUILD_OUTPUT_INVALID.
 */
export async function build(environment: BuildEnvironment, input: BuildInput): Promise<BuildResult> {
  const sbomDir = join(environment.work.dir, "sbom");
  await mkdir(sbomDir);
  let state: State = {
    variables: environment.variables,
    plan: input.plan,
    labels: [],
    processes: [],
    slices: [],
    bom: [],
  };
  for (const element of input.group) state = await buildWith(environment, element, input, state, sbomDir);
  const { processes, defaultType, lostDefault } = mergeProcesses(state.processes);
  if (lostDefault)
    input.reporter.warn(
      `the default process type ${lostDefault} was redefined by a process that is not marked as default`,
    );
  const { labels, slices } = state;
  const metadata = {
    buildpacks: input.group,
    ...defined({ extensions: unlessEmpty(input.extensions.map(withoutKind)) }),
    labels,
    processes,
    slices,
    ...defined({ defaultProcess: defaultType || undefined }),
  };
  return { metadata, sbomDir, bom: state.bom };
}

/** Removes the field `extension`: the image's metadata lists extensions separately. */
const withoutKind = ({ extension: _, ...element }: GroupElement): GroupElement => element;

async function buildWith(
  environment: BuildEnvironment,
  element: GroupElement,
  input: BuildInput,
  state: State,
  sbomDir: string,
): Promise<State> {
  const descriptor = await input.lookUp(element);
  const requested = planFor(state.plan, element);
  input.reporter.step(`Building with ${nameOf(element)}`);
  const program = await programOf(environment, element, { descriptor, requested, input, variables: state.variables });
  const { outputs, built } = await runBuild(environment, element, program, input.reporter)
    .then(() => takeOutputs(environment, element, descriptor, requested, state.variables, sbomDir))
    .catch(async (cause: unknown) => {
      const error = cause instanceof CnbError ? cause : invalidOutput(element, cause);
      const failed = { subject: `bin/build of ${nameOf(element)}`, execution: program, error };
      if (ofBuildpack.has(error.code)) await environment.afterFailure(failed);
      throw error;
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

/**
 * Reads the outputs of a buildpack, collects its SBOMs, renames layers without types, and adds its
 * build layers to the environment.
 */
async function takeOutputs(
  environment: BuildEnvironment,
  element: GroupElement,
  descriptor: BuildpackDescriptor,
  requested: readonly Require[],
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
    hint: "Contact the buildpack's author.",
  });

/** Errors of `bin/build`. A sandbox that cannot be created would not start a shell, either. */
const ofBuildpack: ReadonlySet<string> = new Set(["BUILD_FAILED", "BUILD_OUTPUT_INVALID"]);

interface ProgramInput {
  readonly descriptor: BuildpackDescriptor;
  readonly requested: readonly Require[];
  readonly input: BuildInput;
  readonly variables: Env;
}

/** The command and environment variables of a buildpack's `bin/build`. Creates its files. */
async function programOf(
  environment: BuildEnvironment,
  element: GroupElement,
  { descriptor, requested, input: { buildTarget }, variables }: ProgramInput,
): Promise<ExecutionContext> {
  const dir = buildpackDir(element.id, element.version);
  const layers = buildpackLayers(element.id);
  await prepareLayers(environment, element);
  const planPath = await environment.temporaryFile(
    `${escapeId(element.id)}-`,
    "plan.toml",
    requested.length === 0 ? "" : writeGoToml({ entries: requested }),
  );
  const paths = minorOf(descriptor.api) >= 8 ? { CNB_BP_PLAN_PATH: planPath, CNB_LAYERS_DIR: layers } : {};
  return {
    command: [`${dir}/bin/build`, layers, environment.work.inside.platform, planPath],
    env: executionEnv(variables, {
      platform: environment.platformEnv,
      operator: environment.operatorEnv,
      clearEnv: descriptor.clearEnv,
      contract: {
        ...contractVariables(descriptor, dir, buildTarget, environment.work.inside),
        ...paths,
      },
    }),
    appWritable: true,
  };
}

async function runBuild(
  environment: BuildEnvironment,
  element: GroupElement,
  program: ExecutionContext,
  reporter: Reporter,
): Promise<void> {
  const reports = errorReports();
  const lines = outputLines((line) => {
    reports.read(line);
    reporter.output(line);
  });
  const code = await environment.run({ ...program, onOutput: lines.write }).catch((cause) => {
    throw cause instanceof ImpossibleCommand ? notStarted(element, cause) : cause;
  });
  lines.end();
  if (code === 0) return;
  const { message, hint } = failureOf(`buildpack ${nameOf(element)}`, code, reports.last());
  throw new CnbError("BUILD_FAILED", message, { hint: code === 137 ? wasKilled : hint });
}

const wasKilled =
  "The buildpack was killed, usually because memory ran out. Raise --memory, or build on a machine with more memory.";

/**
 * The error for a buildpack that cannot be started because of a variable. As with the lifecycle, it
 * is a failure of that buildpack.
 */
const notStarted = (element: GroupElement, cause: ImpossibleCommand): CnbError =>
  new CnbError("BUILD_FAILED", `buildpack ${nameOf(element)} cannot be started`, {
    cause,
    hint: "Shorten or correct the environment variables: they come from layers of earlier buildpacks, -e, --env-from and project.toml.",
  });

/** Creates the layers directory of a buildpack. It may already exist, with restored layers. */
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

async function giveTo(owner: FileOwner | undefined, path: string): Promise<void> {
  if (owner) await lchown(path, owner.uid, owner.gid);
}

/** Renames layers without types to `<layer>.ignore`. */
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

/**
 * The environment of later buildpacks, with this one's build layers applied in the order of
 * `<layer>.toml`.
 */
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
