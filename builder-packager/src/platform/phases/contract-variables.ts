import { defined } from "../../defined.ts";
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
  const minor = minorOf(api);
  const ofTarget = minor >= 10 ? targetVariables(target) : {};
  return {
    [isExtension ? "CNB_EXTENSION_DIR" : "CNB_BUILDPACK_DIR"]: dir,
    ...defined({ CNB_PLATFORM_DIR: minor >= 8 ? platform : undefined }),
    ...ofTarget,
    ...defined({ CNB_EXEC_ENV: minor >= 12 && execEnv ? execEnv : undefined }),
  };
}
