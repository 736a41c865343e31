import type { Env } from "../env/apply.ts";
import { inheritedPath } from "../host/temporary-directory.ts";
import { executionEnv } from "../platform/execution-env.ts";
import type { Target } from "../spec/target.ts";
import type { World } from "./world.ts";

/** What a phase is run for. */
export interface PhaseEnv {
  /** Variables that the user set. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Files of the builder's operator. */
  readonly operatorEnv?: Readonly<Record<string, string>> | undefined;
  /** Variables that earlier buildpacks set, or all but those of the platform. */
  readonly inherited?: Readonly<Record<string, string>> | undefined;
  readonly clearEnv: boolean;
  readonly buildpackDir: string;
  readonly layersDir: string;
  readonly planFile: string;
  readonly target: Target;
  readonly execEnv: string | undefined;
}

/** Default: what most builds are for. */
export const defaultTarget: Target = { os: "linux", arch: "amd64" };

/** The environment that a platform gives a phase: what it lets through, earlier buildpacks', the user's, the operator's, the contract's. */
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
