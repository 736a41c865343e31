import type { Buildpack } from "../buildpack.ts";
import type { PhaseContext } from "../context.ts";
import { defined } from "../defined.ts";
import { type DetectResult, pass } from "../detect.ts";
import { LibcnbError } from "../errors.ts";
import type { Extension, ExtensionContext } from "../extension/extension.ts";
import type { BuildPlanAlternative } from "../spec/build-plan.ts";

/**
 * Converts an extension to a buildpack with the same detect. Its build plan may provide
 * dependencies, but must not require any.
 */
export function detectOf(extension: Extension): Buildpack {
  return {
    ...defined({ config: extension.config }),
    async detect(context) {
      const result = (await extension.detect?.(extensionContext(context))) ?? pass();
      return withoutRequirements(result);
    },
    build() {
      throw new LibcnbError("PHASE_UNKNOWN", "an extension has no build phase, only generate", {
        hint: "Call bin/generate instead of bin/build.",
      });
    },
  };
}

export const extensionContext = ({ buildpack, ...context }: PhaseContext): ExtensionContext => ({
  ...context,
  extension: buildpack,
});

// the lifecycle takes one that requires something for broken
function withoutRequirements(result: DetectResult): DetectResult {
  const names =
    result.outcome === "pass" && Array.isArray(result.plan)
      ? result.plan.flatMap(({ requires = [] }: BuildPlanAlternative) => requires.map(({ name }) => name))
      : [];
  if (names.length === 0) return result;
  throw new LibcnbError(
    "BUILD_PLAN_INVALID",
    `an extension cannot require ${names.join(", ")}: extensions can only provide dependencies`,
    {
      hint: 'Remove "requires" from the argument of pass(…).',
    },
  );
}
