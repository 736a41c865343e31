import { lstatSync } from "node:fs";
import { chown, mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  executionEnv,
  type Group,
  type GroupElement,
  nameOf,
  type PlanEntry,
  planFor,
  withoutMet,
} from "libcnb/lifecycle-rules";
import { escapeBuildpackId as escapeId } from "libcnb/spec";
import { CnbError } from "../../errors.ts";
import type { Reporter } from "../../reporter.ts";
import { removeTree } from "../../sandbox/remove-tree.ts";
import { moveTree } from "../cache/move-tree.ts";
import type { Require } from "../formats/build-plan.ts";
import { type BuildpackDescriptor, minorOf } from "../formats/descriptor.ts";
import { writeGoToml } from "../formats/go-toml.ts";
import type { BuildTarget } from "../images/target.ts";
import { targetVariables } from "../images/target.ts";
import { memberDir } from "../paths.ts";
import type { LookUp } from "../phases/detect-phase.ts";
import { outputLines } from "../phases/output-lines.ts";
import { errorReports, failureOf } from "../phases/reported-error.ts";
import type { BuildEnvironment } from "../rootfs/build-environment.ts";
import { sandboxFiles } from "../rootfs/sandbox-files.ts";
import { buildOwner } from "../rootfs/work-dir.ts";
import type { GeneratedDockerfile } from "./generated.ts";
import { type GeneratedDirectory, invalidOutput, readGenerated } from "./generated-files.ts";

export interface GenerateInputs {
  /** The extensions that take part, in order. */
  readonly extensions: Group;
  readonly plan: readonly PlanEntry<Require>[];
  readonly lookUp: LookUp;
  readonly build: BuildTarget;
  readonly reporter: Reporter;
}

export interface Generated {
  /** The Dockerfiles in the order of the extensions. */
  readonly dockerfiles: readonly GeneratedDockerfile[];
  /** The plan without names that extensions provide, all of which count as met. */
  readonly plan: readonly PlanEntry<Require>[];
}

/**
 * Lets each extension make its Dockerfiles (specification of image extensions, phase 3).
 *
 * @throws CnbError EXTENSION_FAILED, EXTENSION_OUTPUT_INVALID.
 */
export async function generatePhase(environment: BuildEnvironment, inputs: GenerateInputs): Promise<Generated> {
  const dockerfiles: GeneratedDockerfile[] = [];
  let { plan } = inputs;
  for (const extension of inputs.extensions) {
    const requested = planFor(plan, extension);
    const output = await generate(environment, extension, requested, inputs);
    dockerfiles.push(...(await readGenerated(environment, extension, output, inputs.reporter)));
    const met = requested.map(({ name }) => name);
    plan = withoutMet(plan, met);
  }
  return { dockerfiles, plan };
}

/** Without a bin/generate the Dockerfiles lie ready. */
async function generate(
  environment: BuildEnvironment,
  extension: GroupElement,
  requested: readonly Require[],
  inputs: GenerateInputs,
): Promise<GeneratedDirectory> {
  const dir = memberDir(extension);
  if (!(await environment.files.find(`${dir}/bin/generate`)))
    return { files: environment.files, dir: `${dir}/generate` };
  inputs.reporter.step(`Generating with ${nameOf(extension)}`);
  const name = escapeId(extension.id);
  const parent = await freshOutput(environment, name);
  await runGenerate(environment, extension, requested, `${environment.work.inside.layers}/generated/${name}`, inputs);
  if (!isDirectory(parent)) throw invalidOutput(extension, "it put something else in the place of <layers>/generated");
  return putAside(environment, parent, name);
}

/** `/layers` belongs to the build's user: whatever ran before may have put a link to a folder of this machine there. */
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

/** Not a link to one. */
const isDirectory = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** Buildpacks must not change what was generated, nor find it among their layers. */
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
  { lookUp, build, reporter }: GenerateInputs,
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
  const code = await environment.run({
    command: [`${dir}/bin/generate`, output, environment.work.inside.platform, planPath],
    env: executionEnv(environment.variables, {
      platform: environment.platformEnv,
      operator: environment.operatorEnv,
      clearEnv: descriptor.clearEnv,
      contract: generateVariables(
        descriptor,
        { dir, output, planPath, platform: environment.work.inside.platform },
        build,
      ),
    }),
    appWritable: false,
    onOutput: lines.write,
  });
  lines.end();
  if (code === 0) return;
  const { message, hint } = failureOf(`extension ${nameOf(extension)}`, code, reports.last());
  throw new CnbError("EXTENSION_FAILED", message, { hint });
}

/** The lifecycle does not tell generate the execution environment (spec row X20). */
const generateVariables = (
  { api }: BuildpackDescriptor,
  paths: Readonly<Record<"dir" | "output" | "planPath" | "platform", string>>,
  { target }: BuildTarget,
): Record<string, string> => ({
  CNB_BP_PLAN_PATH: paths.planPath,
  CNB_EXTENSION_DIR: paths.dir,
  CNB_OUTPUT_DIR: paths.output,
  CNB_PLATFORM_DIR: paths.platform,
  ...(minorOf(api) >= 10 ? targetVariables(target) : {}),
});
