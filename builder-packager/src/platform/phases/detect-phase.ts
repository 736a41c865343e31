import { availableParallelism } from "node:os";
import { EndlessOrder, nameOf } from "libcnb/internal";
import {
  type DetectHost,
  type Detection,
  type DetectRun,
  detectOrder,
  executionEnv,
  type Group,
  type GroupElement,
  type Order,
} from "libcnb/lifecycle-rules";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { Reporter } from "../../reporter.ts";
import { buildPlanSchema, emptyPlan, planProblem, type Require, type ResolvedPlan } from "../formats/build-plan.ts";
import { type BuildpackDescriptor, minorOf } from "../formats/descriptor.ts";
import { decodeToml } from "../formats/toml.ts";
import { type BuildTarget, type TargetMetadata, targetMatches } from "../images/target.ts";
import { memberDir } from "../paths.ts";
import type { BuildEnvironment, ExecutionContext } from "../rootfs/build-environment.ts";
import { contractVariables } from "./contract-variables.ts";
import { decisiveMembers, detectionError } from "./detection-error.ts";
import { keptOutput } from "./kept-output.ts";
import type { LookUp } from "./look-up.ts";

/** The inputs of the detect phase. */
export interface DetectInput {
  /** The groups of buildpacks to try (`order.toml`). */
  readonly order: Order;
  /** The groups of image extensions to try (`[[order-extensions]]`). */
  readonly orderExtensions: Order;
  readonly lookUp: LookUp;
  readonly buildTarget: BuildTarget;
  /** The app's directory on the host, for the error message. */
  readonly app: string;
  readonly reporter: Reporter;
}

/**
 * The first group that passes detection, with its build plan: the contents of `group.toml` and
 * `plan.toml`.
 */
export interface DetectOutputs {
  readonly group: Group;
  /** The image extensions that passed detection. */
  readonly extensions: Group;
  readonly plan: ResolvedPlan;
}

/**
 * Runs `bin/detect` of each buildpack and selects the first group that passes.
 *
 * @throws CnbError DETECT_FAILED, DETECT_ERRORED, BUILDER_INVALID, BUILDPACK_API_UNSUPPORTED.
 */
export async function detect(environment: BuildEnvironment, input: DetectInput): Promise<DetectOutputs> {
  const { app, reporter } = input;
  reporter.step("Detecting");
  const programs = new Map<string, ExecutionContext>();
  const detection = await runDetection(environment, input, programs);
  if (detection.outcome === "undetected") {
    const error = detectionError(app, detection);
    const [name] = decisiveMembers(detection).filter((member) => programs.has(member));
    const execution = name === undefined ? undefined : programs.get(name);
    if (execution) await environment.afterFailure({ subject: `bin/detect of ${name}`, execution, error });
    throw error;
  }
  for (const element of detection.group) reporter.info(`${element.extension ? "extension " : ""}${nameOf(element)}`);
  const extensions = detection.group.filter(({ extension }) => extension);
  const group = detection.group.filter(({ extension }) => !extension);
  return { group, extensions, plan: detection.plan };
}

/** Runs detection, and records the program of each member by the member's name. */
async function runDetection(
  environment: BuildEnvironment,
  input: DetectInput,
  programs: Map<string, ExecutionContext>,
): Promise<Detection<Require>> {
  const { order, orderExtensions: extensions, lookUp, buildTarget } = input;
  const host: DetectHost<BuildpackDescriptor, Require> = {
    lookup: lookUp,
    run: (element, descriptor) => runDetect(environment, element, { descriptor, buildTarget, programs }),
    targetMismatch: ({ targets }) => mismatch(buildTarget.target, targets),
    runsInExecEnv: (descriptor) => runsIn(environment.builder.platformApi, descriptor, buildTarget.execEnv),
  };
  return detectOrder(order, host, { extensions, atOnce: Math.max(2, availableParallelism()) }).catch((error) => {
    if (!(error instanceof EndlessOrder)) throw error;
    throw new CnbError("BUILDER_INVALID", error.message, {
      hint: "Use another builder with --builder, or report this to the builder's author.",
    });
  });
}

function mismatch(target: TargetMetadata, targets: BuildpackDescriptor["targets"]): string | undefined {
  if (targets.length === 0 || targets.some((one) => targetMatches(target, one))) return undefined;
  return `unable to satisfy target os/arch constraints; run image: ${JSON.stringify(target)}, buildpack: ${JSON.stringify(targets)}`;
}

/**
 * True if a buildpack runs in the execution environment. Its list takes effect from Platform API
 * 0.15 and Buildpack API 0.12.
 */
function runsIn(platformApi: string, { api, execEnv }: BuildpackDescriptor, current: string): boolean {
  if (minorOf(platformApi) < 15 || minorOf(api) < 12 || execEnv.length === 0) return true;
  return execEnv.includes("*") || execEnv.includes(current);
}

interface DetectProgramInput {
  readonly descriptor: BuildpackDescriptor;
  readonly buildTarget: BuildTarget;
  readonly programs: Map<string, ExecutionContext>;
}

async function runDetect(
  environment: BuildEnvironment,
  element: GroupElement,
  { descriptor, buildTarget, programs }: DetectProgramInput,
): Promise<DetectRun<Require>> {
  const dir = memberDir(element);
  if (element.extension && !(await environment.files.find(`${dir}/bin/detect`)))
    return decodedPlan(element, "", () =>
      environment.files.readText(`${dir}/detect/plan.toml`).then((text = "") => text),
    );
  const planPath = await environment.temporaryFile("plan.", "plan.toml", "");
  const kept = keptOutput(limits.detectOutput.most);
  const program: ExecutionContext = {
    // The arguments are deprecated, but the lifecycle still passes them.
    command: [`${dir}/bin/detect`, environment.work.inside.platform, planPath],
    env: executionEnv(environment.variables, {
      platform: environment.platformEnv,
      operator: environment.operatorEnv,
      clearEnv: descriptor.clearEnv,
      contract: {
        ...contractVariables(descriptor, dir, buildTarget, environment.work.inside),
        ...defined({ CNB_BUILD_PLAN_PATH: minorOf(descriptor.api) >= 8 ? planPath : undefined }),
      },
    }),
    appWritable: false,
  };
  programs.set(nameOf(element), program);
  const code = await environment.run({ ...program, onOutput: kept.write });
  const output = kept.text();
  if (code !== 0) return { code, output, plan: emptyPlan };
  return decodedPlan(element, output, () => planText(environment, planPath));
}

/**
 * Reads the build plan. The file existed when detect began, so a program that removes or replaces
 * it has failed.
 */
async function planText({ files }: BuildEnvironment, path: string): Promise<string> {
  const text = await files.readText(path);
  if (text === undefined) throw new Error(`detect removed its build plan file ${path}`);
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
