import type { BuildResult } from "../../build.ts";
import { LibcnbError } from "../../errors.ts";
import { described } from "./described.ts";

/**
 * Validates the result of a buildpack's build. `undefined` is also valid.
 *
 * @throws LibcnbError BUILD_RESULT_INVALID
 */
export function checkBuildResult(result: unknown): BuildResult {
  if (result === undefined || result === null) return {};
  if (typeof result === "object" && !Array.isArray(result)) return result;
  throw new LibcnbError("BUILD_RESULT_INVALID", `build returned ${described(result)}`, {
    hint: "Return an object such as { processes }, or nothing.",
  });
}
