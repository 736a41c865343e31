import { availableParallelism } from "node:os";
import {
  type DetectHost,
  type Detection,
  type DetectRun,
  detectOrder,
  EndlessOrder,
  executionEnv,
  type GroupElement,
  nameOf,
  type Order,
} from "libcnb/lifecycle-rules";
import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { buildPlanSchema, emptyPlan, planProblem, type Require } from "../formats/build-plan.ts";
import { type BuildpackDescriptor, decodeDescriptor, minorOf } from "../formats/descriptor.ts";
import { decodeExtensionDescriptor } from "../formats/extension-descriptor.ts";
import { ofBuilder } from "../formats/order-toml.ts";
import { decodeToml } from "../formats/toml.ts";
import { type BuildTarget, type TargetMetadata, targetMatches } from "../images/target.ts";
import { memberDir } from "../paths.ts";
import type { BuildEnvironment } from "../rootfs/build-environment.ts";
import type { SandboxFiles } from "../rootfs/sandbox-files.ts";
import { contractVariables } from "./contract-variables.ts";
import { keptOutput } from "./kept-output.ts";

/** Reads the descriptors of a builder's buildpacks and extensions, each once. */
export type LookUp = (element: GroupElement) => Promise<BuildpackDescriptor>;

/** Looks members of groups up below `/cnb/buildpacks` and `/cnb/extensions`. Throws BUILDER_INVALID, BUILDPACK_API_UNSUPPORTED. */
export function buildpackLookUp({ files, builder }: BuildEnvironment): LookUp {
  const known = new Map<string, Promise<BuildpackDescriptor>>();
  const read = async (element: GroupElement): Promise<BuildpackDescriptor> => {
    const what = `${element.extension ? "extension" : "buildpack"} ${nameOf(element)}`;
    const descriptor = await ofBuilder(what, async () =>
      element.extension ? readExtension(files, element) : readBuildpack(files, element),
    );
    if (descriptor === undefined)
      throw new CnbError("BUILDER_INVALID", `the builder has no ${what}, which its order names`);
    if (builder.buildpackApis.includes(descriptor.api)) return descriptor;
    throw new CnbError(
      "BUILDPACK_API_UNSUPPORTED",
      `${what} needs Buildpack API ${descriptor.api}, the builder's lifecycle knows ${builder.buildpackApis.join(", ")}`,
    );
  };
  return (element) => {
    const key = `${element.extension ? "extension " : ""}${nameOf(element)}`;
    const found = known.get(key) ?? read(element);
    known.set(key, found);
    return found;
  };
}

async function readBuildpack(files: SandboxFiles, element: GroupElement): Promise<BuildpackDescriptor | undefined> {
  const dir = memberDir(element);
  const text = await files.readText(`${dir}/buildpack.toml`);
  if (text === undefined) return undefined;
  const hasBuild = (await files.find(`${dir}/bin/build`)) !== undefined;
  return decodeDescriptor(text, { file: `${dir}/buildpack.toml`, hasBuild });
}

async function readExtension(files: SandboxFiles, element: GroupElement): Promise<BuildpackDescriptor | undefined> {
  const dir = memberDir(element);
  const text = await files.readText(`${dir}/extension.toml`);
  if (text === undefined) return undefined;
  const programs = await Promise.all(["detect", "generate"].map((name) => files.find(`${dir}/bin/${name}`)));
  const hasPrograms = programs.some((program) => program !== undefined);
  return decodeExtensionDescriptor(text, { file: `${dir}/extension.toml`, hasPrograms });
}

/** Runs detection over an order. */
export async function detectPhase(
  environment: BuildEnvironment,
  order: Order,
  lookUp: LookUp,
  build: BuildTarget,
  extensions: Order = [],
): Promise<Detection<Require>> {
  const host: DetectHost<BuildpackDescriptor, Require> = {
    lookup: lookUp,
    run: (element, descriptor) => runDetect(environment, element, descriptor, build),
    targetMismatch: ({ targets }) => mismatch(build.target, targets),
    runsInExecEnv: (descriptor) => runsIn(environment.builder.platformApi, descriptor, build.execEnv),
  };
  return detectOrder(order, host, { extensions, atOnce: Math.max(2, availableParallelism()) }).catch((error) => {
    if (!(error instanceof EndlessOrder)) throw error;
    throw new CnbError("BUILDER_INVALID", error.message, { hint: "Use another builder, or report it to its author." });
  });
}

function mismatch(target: TargetMetadata, targets: BuildpackDescriptor["targets"]): string | undefined {
  if (targets.length === 0 || targets.some((one) => targetMatches(target, one))) return undefined;
  return `unable to satisfy target os/arch constraints; run image: ${JSON.stringify(target)}, buildpack: ${JSON.stringify(targets)}`;
}

/** Platform API 0.15 honours the list of buildpacks with API 0.12 (spec section 4.1). */
function runsIn(platformApi: string, { api, execEnv }: BuildpackDescriptor, current: string): boolean {
  if (minorOf(platformApi) < 15 || minorOf(api) < 12 || execEnv.length === 0) return true;
  return execEnv.includes("*") || execEnv.includes(current);
}

async function runDetect(
  environment: BuildEnvironment,
  element: GroupElement,
  descriptor: BuildpackDescriptor,
  build: BuildTarget,
): Promise<DetectRun<Require>> {
  const dir = memberDir(element);
  if (element.extension && !(await environment.files.find(`${dir}/bin/detect`)))
    return decodedPlan(element, "", () =>
      environment.files.readText(`${dir}/detect/plan.toml`).then((text = "") => text),
    );
  const planPath = await environment.temporaryFile("plan.", "plan.toml", "");
  const kept = keptOutput(limits.detectOutput.most);
  const code = await environment.run({
    // The arguments are deprecated, but the lifecycle still passes them (spec row 3).
    command: [`${dir}/bin/detect`, environment.work.inside.platform, planPath],
    env: executionEnv(environment.variables, {
      platform: environment.platformEnv,
      operator: environment.operatorEnv,
      clearEnv: descriptor.clearEnv,
      contract: {
        ...contractVariables(descriptor, dir, build, environment.work.inside),
        ...(minorOf(descriptor.api) >= 8 ? { CNB_BUILD_PLAN_PATH: planPath } : {}),
      },
    }),
    appWritable: false,
    onOutput: kept.write,
  });
  const output = kept.text();
  if (code !== 0) return { code, output, plan: emptyPlan };
  return decodedPlan(element, output, () => planText(environment, planPath));
}

/** The file was there when detect began: a program that removes it, or puts something else there, has failed. */
async function planText({ files }: BuildEnvironment, path: string): Promise<string> {
  const text = await files.readText(path);
  if (text === undefined) throw new Error("detect removed the file of its build plan");
  return text;
}

async function decodedPlan(
  element: GroupElement,
  output: string,
  text: () => Promise<string>,
): Promise<DetectRun<Require>> {
  try {
    const plan = decodeToml(buildPlanSchema, await text(), "the build plan");
    const problem = planProblem(plan, element);
    return problem ? { code: -1, output, plan, error: problem } : { code: 0, output, plan };
  } catch (error) {
    return { code: -1, output, plan: emptyPlan, error: (error as Error).message };
  }
}
