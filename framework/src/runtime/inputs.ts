import { basename, dirname, resolve } from "node:path";
import { LibcnbError } from "../errors.ts";
import type { Target } from "../spec/target.ts";

/** A phase of a buildpack. */
export type Phase = "detect" | "build";

/** How an executable was called. */
export interface Call {
  /** The name it was called by, not resolved: links `bin/detect` and `bin/build` to one file differ only here. */
  readonly argv0: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** What both phases get. */
export interface PhaseInputs {
  readonly platformDir: string;
  readonly target: Target;
  readonly execEnv: string;
}

/** What detect gets. */
export interface DetectInputs extends PhaseInputs {
  readonly buildPlanFile: string;
}

/** What build gets. */
export interface BuildInputs extends PhaseInputs {
  readonly layersDir: string;
  readonly buildpackPlanFile: string;
}

/**
 * Which phase an executable was called for, and for the buildpack in which directory.
 *
 * @throws LibcnbError PHASE_UNKNOWN (exit code 255)
 */
export function phaseCall({ argv0, argv, env, cwd }: Call): { readonly phase: Phase; readonly buildpackDir: string } {
  for (const called of [argv0, argv[1] ?? ""]) {
    const phase = basename(called);
    if (phase !== "detect" && phase !== "build") continue;
    return { phase, buildpackDir: env.CNB_BUILDPACK_DIR || dirname(dirname(resolve(cwd, called))) };
  }
  throw new LibcnbError("PHASE_UNKNOWN", `${JSON.stringify(basename(argv0))} is not a phase of a buildpack`, {
    hint: "Call the executable as bin/detect or bin/build.",
  });
}

/**
 * The inputs of detect: from the environment, or else the deprecated arguments `<platform> <plan>`.
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
 * The inputs of build: from the environment, or else the deprecated arguments `<layers> <platform> <plan>`.
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
    throw new LibcnbError("INPUT_MISSING", `the environment lacks ${missing.join(", ")}`, {
      hint: "A buildpack is run by the lifecycle, which sets these variables (Buildpack API 0.10 or newer).",
    });
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
    ...(variant !== undefined && { variant }),
    ...(name !== undefined && { distro: { name, ...(version !== undefined && { version }) } }),
  };
}
