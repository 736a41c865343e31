import { basename, dirname, resolve } from "node:path";
import { defined } from "../../defined.ts";
import { LibcnbError } from "../../errors.ts";
import type { Target } from "../../spec/target.ts";

/** A phase of a buildpack or an image extension. */
export type Phase = "detect" | "build" | "generate";

/** The arguments and environment with which an executable was called. */
export interface Call {
  /**
   * The name with which the executable was called. Links are not resolved. The links `bin/detect`
   * and `bin/build` to one file differ only in this name.
   */
  readonly argv0: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** The common inputs of the phases. */
export interface PhaseInputs {
  readonly platformDir: string;
  readonly target: Target;
  readonly execEnv: string;
}

/** The inputs of detect: the common inputs, and the path of the build plan to write. */
export interface DetectInputs extends PhaseInputs {
  readonly buildPlanFile: string;
}

/**
 * The inputs of build: the common inputs, the layers directory and the path of the buildpack plan.
 */
export interface BuildInputs extends PhaseInputs {
  readonly layersDir: string;
  readonly buildpackPlanFile: string;
}

/**
 * The inputs of generate: the common inputs, the output directory and the path of the buildpack
 * plan.
 */
export interface GenerateInputs extends PhaseInputs {
  readonly outputDir: string;
  readonly buildpackPlanFile: string;
}

/**
 * A phase to run, and the directory of its buildpack or extension. The kind is undefined if only
 * the descriptor shows whether the directory contains a buildpack or an extension.
 */
export interface PhaseCall {
  readonly phase: Phase;
  readonly buildpackDir: string;
  readonly kind: "buildpack" | "extension" | undefined;
}

/**
 * Determines the phase for which an executable was called, and the directory of its buildpack or
 * extension.
 *
 * @throws LibcnbError PHASE_UNKNOWN (exit code 255)
 */
export function phaseCall({ argv0, argv, env, cwd }: Call): PhaseCall {
  for (const called of [argv0, argv[1] ?? ""]) {
    const phase = basename(called);
    if (phase !== "detect" && phase !== "build" && phase !== "generate") continue;
    const kind = moduleKind(phase, env);
    const dir = kind && env[kind === "buildpack" ? "CNB_BUILDPACK_DIR" : "CNB_EXTENSION_DIR"];
    return { phase, kind, buildpackDir: dir || dirname(dirname(resolve(cwd, called))) };
  }
  throw new LibcnbError("PHASE_UNKNOWN", `${JSON.stringify(basename(argv0))} is not a phase of a buildpack`, {
    hint: "Call the executable as bin/detect, bin/build or bin/generate.",
  });
}

// Both kinds have detect. If both variables are set, one comes from the user, so the path of the executable decides.
function moduleKind(phase: Phase, env: Call["env"]): PhaseCall["kind"] {
  if (phase !== "detect") return phase === "build" ? "buildpack" : "extension";
  if (Boolean(env.CNB_BUILDPACK_DIR) === Boolean(env.CNB_EXTENSION_DIR)) return undefined;
  return env.CNB_BUILDPACK_DIR ? "buildpack" : "extension";
}

/**
 * Reads the inputs of detect: from the environment, or else the deprecated arguments `<platform>
 * <plan>`.
 *
 * @throws LibcnbError INPUT_MISSING
 */
export function detectInputs({ argv, env }: Pick<Call, "argv" | "env">): DetectInputs {
  const [platform, plan] = argv.slice(2);
  const need = inputs(env);
  return need.all({
    ...common(need, platform),
    buildPlanFile: need("CNB_BUILD_PLAN_PATH", plan),
  });
}

/**
 * Reads the inputs of build: from the environment, or else the deprecated arguments `<layers>
 * <platform> <plan>`.
 *
 * @throws LibcnbError INPUT_MISSING
 */
export function buildInputs({ argv, env }: Pick<Call, "argv" | "env">): BuildInputs {
  const [layers, platform, plan] = argv.slice(2);
  const need = inputs(env);
  return need.all({
    ...common(need, platform),
    layersDir: need("CNB_LAYERS_DIR", layers),
    buildpackPlanFile: need("CNB_BP_PLAN_PATH", plan),
  });
}

/**
 * Reads the inputs of generate: from the environment, or else the deprecated arguments `<output>
 * <platform> <plan>`. The lifecycle does not pass the execution environment to generate, so it is
 * `production`.
 *
 * @throws LibcnbError INPUT_MISSING
 */
export function generateInputs({ argv, env }: Pick<Call, "argv" | "env">): GenerateInputs {
  const [output, platform, plan] = argv.slice(2);
  const need = inputs(env);
  return need.all({
    ...common(need, platform),
    outputDir: need("CNB_OUTPUT_DIR", output),
    buildpackPlanFile: need("CNB_BP_PLAN_PATH", plan),
  });
}

interface Need {
  (name: string, fallback?: string): string;
  optional(name: string): string | undefined;
  all<T>(inputs: T): T;
}

// Collects what is missing, to report it all at once.
function inputs(env: Call["env"]): Need {
  const missing: string[] = [];
  const need = (name: string, fallback?: string) => {
    const value = env[name] || fallback;
    if (value === undefined || value === "") missing.push(name);
    return value ?? "";
  };
  const optional = (name: string) => env[name] || undefined;
  const all = <T>(values: T): T => {
    if (missing.length === 0) return values;
    throw new LibcnbError(
      "INPUT_MISSING",
      `${missing.length === 1 ? "the environment variable" : "the environment variables"} ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} not set`,
      {
        hint: "Run the buildpack with the lifecycle, which sets these variables (Buildpack API 0.10 or newer).",
      },
    );
  };
  return Object.assign(need, { optional, all });
}

function common(need: Need, platform: string | undefined): PhaseInputs {
  return {
    platformDir: need("CNB_PLATFORM_DIR", platform),
    target: target(need),
    execEnv: need.optional("CNB_EXEC_ENV") ?? "production",
  };
}

function target(need: Need): Target {
  const variant = need.optional("CNB_TARGET_ARCH_VARIANT");
  const name = need.optional("CNB_TARGET_DISTRO_NAME");
  const version = need.optional("CNB_TARGET_DISTRO_VERSION");
  return {
    os: need("CNB_TARGET_OS"),
    arch: need("CNB_TARGET_ARCH"),
    ...defined({ variant, distro: name === undefined ? undefined : { name, ...defined({ version }) } }),
  };
}
