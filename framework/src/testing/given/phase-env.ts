import type { Env } from "../../env/apply.ts";
import { inheritedPath } from "../../host/files/temporary-directory.ts";
import { executionEnv } from "../../platform/execution-env.ts";
import type { Target } from "../../spec/target.ts";
import type { World } from "./world.ts";

/** The inputs of a phase's environment. */
export interface PhaseEnv {
  /** The user's variables. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** The operator's files. */
  readonly operatorEnv?: Readonly<Record<string, string>> | undefined;
  /** Variables of earlier buildpacks, or all except those of the platform. */
  readonly inherited?: Readonly<Record<string, string>> | undefined;
  readonly clearEnv: boolean;
  readonly buildpackDir: string;
  readonly layersDir: string;
  readonly planFile: string;
  readonly target: Target;
  readonly execEnv: string | undefined;
}

/** The default target. */
export const defaultTarget: Target = { os: "linux", arch: "amd64" };

/**
 * The environment that a platform gives a phase: inherited variables, and those of earlier
 * buildpacks, the user, the operator and the contract.
 */
export function phaseEnv(world: World, phase: PhaseEnv): Env {
  const { env = {}, operatorEnv = {}, clearEnv, inherited } = phase;
  return executionEnv(
    { ...inheritedPath(), HOME: world.home, ...inherited },
    {
      platform: new Map(Object.entries(env)),
      operator: new Map(Object.entries(operatorEnv)),
      clearEnv,
      contract: contract(world, phase),
    },
  );
}

function contract(
  world: World,
  { buildpackDir, layersDir, planFile, target, execEnv }: PhaseEnv,
): Record<string, string> {
  const { os, arch, variant, distro } = target;
  return {
    CNB_BUILDPACK_DIR: buildpackDir,
    CNB_PLATFORM_DIR: world.platform,
    CNB_LAYERS_DIR: layersDir,
    CNB_BUILD_PLAN_PATH: planFile,
    CNB_BP_PLAN_PATH: planFile,
    CNB_TARGET_OS: os,
    CNB_TARGET_ARCH: arch,
    ...(variant !== undefined && { CNB_TARGET_ARCH_VARIANT: variant }),
    ...(distro !== undefined && { CNB_TARGET_DISTRO_NAME: distro.name }),
    ...(distro?.version !== undefined && { CNB_TARGET_DISTRO_VERSION: distro.version }),
    ...(execEnv !== undefined && { CNB_EXEC_ENV: execEnv }),
  };
}
