import { lstatSync } from "node:fs";
import { chown, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { nameOf, withoutMet } from "libcnb/internal";
import { executionEnv, type Group, type GroupElement, planFor } from "libcnb/lifecycle-rules";
import { escapeBuildpackId as escapeId } from "libcnb/spec";
import { CnbError } from "../../errors.ts";
import type { Reporter } from "../../reporter.ts";
import { removeTree } from "../../sandbox/remove-tree.ts";
import { moveTree } from "../cache/move-tree.ts";
import type { Require, ResolvedPlan } from "../formats/build-plan.ts";
import { type BuildpackDescriptor, minorOf } from "../formats/descriptor.ts";
import { writeGoToml } from "../formats/go-toml.ts";
import type { BuildTarget } from "../images/target.ts";
import { targetVariables } from "../images/target.ts";
import { memberDir } from "../paths.ts";
import type { LookUp } from "../phases/look-up.ts";
import { outputLines } from "../phases/output-lines.ts";
import { errorReports, failureOf } from "../phases/reported-error.ts";
import type { BuildEnvironment, ExecutionContext } from "../rootfs/build-environment.ts";
import { sandboxFiles } from "../rootfs/sandbox-files.ts";
import { buildOwner } from "../rootfs/work-dir.ts";
import type { GeneratedDockerfile } from "./generated.ts";
import { type GeneratedDirectory, invalidOutput, readGenerated } from "./generated-files.ts";

/** The inputs of the generate phase. */
export interface GenerateInput {
  /** The extensions that passed detection, in order. */
  readonly extensions: Group;
  readonly plan: ResolvedPlan;
  readonly lookUp: LookUp;
  readonly buildTarget: BuildTarget;
  readonly reporter: Reporter;
}

/** The outputs of the generate phase. */
export interface GenerateOutputs {
  /** The Dockerfiles, in the order of the extensions. */
  readonly dockerfiles: readonly GeneratedDockerfile[];
  /** The build plan without the entries that extensions provide, which are met. */
  readonly plan: ResolvedPlan;
}

/**
 * Runs `bin/generate` of each extension, and reads the Dockerfiles that it generates.
 *
 * @throws CnbError EXTENSION_FAILED, EXTENSION_OUTPUT_INVALID.
 */
export async function generate(environment: BuildEnvironment, input: GenerateInput): Promise<GenerateOutputs> {
  const dockerfiles: GeneratedDockerfile[] = [];
  let { plan } = input;
  for (const extension of input.extensions) {
    const requested = planFor(plan, extension);
    const output = await generateWith(environment, extension, requested, input);
    dockerfiles.push(...(await readGenerated(environment, extension, output, input.reporter)));
    const met = requested.map(({ name }) => name);
    plan = withoutMet(plan, met);
  }
  return { dockerfiles, plan };
}

/**
 * Runs bin/generate and returns its output directory. An extension without bin/generate has its
 * Dockerfiles in the directory `generate`.
 */
async function generateWith(
  environment: BuildEnvironment,
  extension: GroupElement,
  requested: readonly Require[],
  input: GenerateInput,
): Promise<GeneratedDirectory> {
  const dir = memberDir(extension);
  if (!(await environment.files.find(`${dir}/bin/generate`)))
    return { files: environment.files, dir: `${dir}/generate` };
  input.reporter.step(`Generating with ${nameOf(extension)}`);
  const name = escapeId(extension.id);
  const parent = await freshOutput(environment, name);
  await runGenerate(environment, extension, requested, `${environment.work.inside.layers}/generated/${name}`, input);
  if (!isDirectory(parent))
    throw invalidOutput(extension, "it replaced the directory <layers>/generated with something else");
  return putAside(environment, parent, name);
}

/**
 * Creates an empty output directory. Any earlier one is removed: `/layers` belongs to the build's
 * user, so a buildpack may have put a link to a directory of this machine there.
 */
async function freshOutput({ work, builder }: BuildEnvironment, name: string): Promise<string> {
  const parent = join(work.layers, "generated");
  await removeTree(parent);
  const owner = buildOwner(builder);
  for (const path of [parent, join(parent, name)]) {
    await mkdir(path);
    if (owner) await chown(path, owner.uid, owner.gid);
  }
  return parent;
}

/** True for a directory, false for a link to one. */
const isDirectory = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/**
 * Moves the output of generate out of `/layers`, where buildpacks could change it or find it among
 * their layers.
 */
async function putAside({ work, rootfs }: BuildEnvironment, parent: string, name: string): Promise<GeneratedDirectory> {
  const aside = join(work.dir, "generated");
  await mkdir(aside, { recursive: true });
  const [made, source] = [join(parent, name), join(aside, name)];
  if (isDirectory(made)) await moveTree(made, source);
  await removeTree(parent);
  const dir = `${work.inside.layers}/generated/${name}`;
  return { files: sandboxFiles(rootfs, [{ source, target: dir }]), dir };
}

async function runGenerate(
  environment: BuildEnvironment,
  extension: GroupElement,
  requested: readonly Require[],
  output: string,
  { lookUp, buildTarget, reporter }: GenerateInput,
): Promise<void> {
  const descriptor = await lookUp(extension);
  const dir = memberDir(extension);
  const text = requested.length === 0 ? "" : writeGoToml({ entries: requested });
  const planPath = await environment.temporaryFile(`${escapeId(extension.id)}-`, "plan.toml", text);
  const reports = errorReports();
  const lines = outputLines((line) => {
    reports.read(line);
    reporter.output(line);
  });
  const program: ExecutionContext = {
    command: [`${dir}/bin/generate`, output, environment.work.inside.platform, planPath],
    env: executionEnv(environment.variables, {
      platform: environment.platformEnv,
      operator: environment.operatorEnv,
      clearEnv: descriptor.clearEnv,
      contract: generateVariables(
        descriptor,
        { dir, output, planPath, platform: environment.work.inside.platform },
        buildTarget,
      ),
    }),
    appWritable: false,
  };
  const code = await environment.run({ ...program, onOutput: lines.write });
  lines.end();
  if (code === 0) return;
  const { message, hint } = failureOf(`extension ${nameOf(extension)}`, code, reports.last());
  const error = new CnbError("EXTENSION_FAILED", message, { hint });
  await environment.afterFailure({ subject: `bin/generate of ${nameOf(extension)}`, execution: program, error });
  throw error;
}

/**
 * The environment variables of generate. Like the lifecycle, they do not include the execution
 * environment.
 */
function generateVariables(
  { api }: BuildpackDescriptor,
  paths: Readonly<Record<"dir" | "output" | "planPath" | "platform", string>>,
  { target }: BuildTarget,
): Record<string, string> {
  const ofTarget = minorOf(api) >= 10 ? targetVariables(target) : {};
  return {
    CNB_BP_PLAN_PATH: paths.planPath,
    CNB_EXTENSION_DIR: paths.dir,
    CNB_OUTPUT_DIR: paths.output,
    CNB_PLATFORM_DIR: paths.platform,
    ...ofTarget,
  };
}
