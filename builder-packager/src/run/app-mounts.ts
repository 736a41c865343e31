import { posix } from "node:path";
import { CnbError } from "../errors.ts";
import { checkReadable, findBindings, mountsOfBindings } from "../platform/mounts/bindings.ts";
import { checkVolumes, mountsOfVolumes, type Volume } from "../platform/mounts/volumes.ts";
import { isWithin } from "../platform/output-paths.ts";
import type { Mount } from "../sandbox/spec.ts";
import type { StartPlan } from "./start-plan.ts";

/** The files and directories of this machine for an app. */
export interface AppMountOptions {
  /** Folders that are service bindings or hold some: the app sees them below `SERVICE_BINDING_ROOT`. */
  readonly bindings?: readonly string[];
  /** Files and folders of this machine that the app sees. */
  readonly volumes?: readonly Volume[];
}

/** The mounts and variables of an app. */
export interface AppMounts {
  readonly mounts: readonly Mount[];
  readonly env: Readonly<Record<string, string>>;
}

/** Where the variable that apps look for bindings by leads, when nobody says it (https://servicebinding.io/spec/core/1.1.0/). */
const bindingsDir = "/platform/bindings";

/** What no app can do without. */
const reserved = { dirs: ["/cnb", "/proc", "/sys", "/dev"], exactly: ["/"], whose: "which the app needs itself" };

/** Service bindings and volumes, as the app sees them. Throws BINDING_INVALID, ARGUMENT_INVALID. */
export async function appMounts(
  { bindings = [], volumes = [] }: AppMountOptions,
  { env, cwd, uid, gid }: StartPlan,
): Promise<AppMounts> {
  const found = await findBindings(bindings);
  await checkReadable(found, process.getuid?.() === 0 ? { uid, gid } : undefined, "the app");
  await checkVolumes(volumes, reserved);
  const root = env["SERVICE_BINDING_ROOT"] || bindingsDir;
  // The image says it, which anybody may have made.
  const ofBindings = mountsOfBindings(found, posix.resolve(cwd, root));
  for (const { target } of ofBindings) checkTarget(target);
  const mounts = [...ofBindings, ...(await mountsOfVolumes(volumes))];
  return { mounts, env: found.length > 0 ? { ...env, SERVICE_BINDING_ROOT: root } : env };
}

function checkTarget(target: string): void {
  const taken = reserved.dirs.find((dir) => isWithin(target, dir));
  if (taken === undefined) return;
  throw new CnbError("BINDING_INVALID", `a binding at ${target} would cover ${taken}, ${reserved.whose}`, {
    hint: "Set another path with --env SERVICE_BINDING_ROOT=/bindings.",
  });
}
