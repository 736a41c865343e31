import { posix } from "node:path";
import { CnbError } from "../errors.ts";
import { checkReadable, findBindings, mountsOfBindings } from "../platform/mounts/bindings.ts";
import { checkVolumes, mountsOfVolumes, type Volume } from "../platform/mounts/volumes.ts";
import { isWithin } from "../platform/output-paths.ts";
import type { Mount } from "../sandbox/spec.ts";
import type { StartPlan } from "./start-plan.ts";

/** The options that name files and directories of this machine for an app. */
export interface AppMountOptions {
  /**
   * Directories that are service bindings, or contain bindings. The app sees them below
   * `SERVICE_BINDING_ROOT`.
   */
  readonly bindings?: readonly string[];
  /** Files and directories of this machine that are mounted for the app. */
  readonly volumes?: readonly Volume[];
}

/** The mounts of an app, and its environment variables, such as `SERVICE_BINDING_ROOT`. */
export interface AppMounts {
  readonly mounts: readonly Mount[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The default of `SERVICE_BINDING_ROOT`, where apps look for bindings
 * (https://servicebinding.io/spec/core/1.1.0/).
 */
const bindingsDir = "/platform/bindings";

/** Paths that no mount may cover. */
const reserved = { dirs: ["/cnb", "/proc", "/sys", "/dev"], exactly: ["/"], whose: "which the app needs" };

/**
 * Returns the mounts of service bindings and volumes, and the app's environment variables for them.
 * Throws BINDING_INVALID, ARGUMENT_INVALID.
 */
export async function appMounts(
  { bindings = [], volumes = [] }: AppMountOptions,
  { env, cwd, uid, gid }: StartPlan,
): Promise<AppMounts> {
  const found = await findBindings(bindings);
  await checkReadable(found, process.getuid?.() === 0 ? { uid, gid } : undefined, "the app");
  await checkVolumes(volumes, reserved);
  const root = env["SERVICE_BINDING_ROOT"] || bindingsDir;
  // The value comes from the image, which is untrusted.
  const ofBindings = mountsOfBindings(found, posix.resolve(cwd, root));
  for (const { target } of ofBindings) checkTarget(target);
  const mounts = [...ofBindings, ...(await mountsOfVolumes(volumes))];
  return { mounts, env: found.length > 0 ? { ...env, SERVICE_BINDING_ROOT: root } : env };
}

function checkTarget(target: string): void {
  const taken = reserved.dirs.find((dir) => isWithin(target, dir));
  if (taken === undefined) return;
  throw new CnbError(
    "BINDING_INVALID",
    `a service binding cannot be mounted at ${target}: it would hide ${taken}, ${reserved.whose}`,
    {
      hint: "Set another path with --env SERVICE_BINDING_ROOT=/bindings.",
    },
  );
}
