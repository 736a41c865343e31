import { type BuildpackDescriptor, minorOf } from "../formats/descriptor.ts";
import type { BuildTarget } from "../images/target.ts";
import { targetVariables } from "../images/target.ts";
import type { InsideDirs } from "../rootfs/work-dir.ts";

/**
 * Returns the environment variables that the specification defines for both detect and build,
 * depending on the buildpack's API.
 */
export function contractVariables(
  { api, isExtension }: BuildpackDescriptor,
  dir: string,
  { target, execEnv }: BuildTarget,
  { platform }: InsideDirs,
): Record<string, string> {
  return {
    [isExtension ? "CNB_EXTENSION_DIR" : "CNB_BUILDPACK_DIR"]: dir,
    ...(minorOf(api) >= 8 ? { CNB_PLATFORM_DIR: platform } : {}),
    ...(minorOf(api) >= 10 ? targetVariables(target) : {}),
    ...(minorOf(api) >= 12 && execEnv ? { CNB_EXEC_ENV: execEnv } : {}),
  };
}
