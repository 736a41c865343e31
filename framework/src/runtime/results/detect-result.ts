import type { DetectResult } from "../../detect.ts";
import { LibcnbError } from "../../errors.ts";
import { type DeclaredTarget, matchesTarget, type Target } from "../../spec/target.ts";
import { described } from "./described.ts";

/**
 * Validates the result of a buildpack's detect.
 *
 * @throws LibcnbError DETECT_RESULT_INVALID
 */
export function checkDetectResult(result: unknown): DetectResult {
  const { outcome, plan, reason } = (typeof result === "object" && result !== null ? result : {}) as Partial<
    Record<string, unknown>
  >;
  if (outcome === "pass" && Array.isArray(plan)) return { outcome, plan };
  if (outcome === "fail" && typeof reason === "string" && reason.trim() !== "") return { outcome, reason };
  if (outcome === "fail")
    throw invalid("detect failed without a reason", "Call fail(reason) with what the application lacks.");
  throw invalid(`detect returned ${described(result)}`, "Return pass(…) or fail(reason) in every branch of detect.");
}

const invalid = (message: string, hint: string) => new LibcnbError("DETECT_RESULT_INVALID", message, { hint });

/**
 * Returns the reason why a buildpack does not support a target; undefined if it does. The lifecycle
 * only checks required buildpacks. Other buildpacks run detect on any target.
 */
export function unsuitable(declared: readonly DeclaredTarget[], target: Target): string | undefined {
  if (declared.length === 0 || declared.some((each) => matchesTarget(each, target))) return undefined;
  return `the target is ${targetText(target, [target.distro])}, but the buildpack is for ${declared.map((each) => targetText(each, each.distros ?? [])).join(", ")}`;
}

function targetText(
  { os = "*", arch = "*", variant }: DeclaredTarget,
  distros: readonly ({ readonly name: string; readonly version?: string | undefined } | undefined)[],
): string {
  const platform = [os, arch, ...(variant ? [variant] : [])].join("/");
  const names = distros.flatMap((distro) =>
    distro === undefined ? [] : [[distro.name, distro.version].filter(Boolean).join(" ")],
  );
  return names.length === 0 ? platform : `${platform} (${names.join(" or ")})`;
}
