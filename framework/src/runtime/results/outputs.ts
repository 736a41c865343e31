import type { BuildResult, Process } from "../../build.ts";
import { defined } from "../../defined.ts";
import { LibcnbError } from "../../errors.ts";
import { formatBuildToml } from "../../spec/build-toml.ts";
import type { BuildpackPlanEntry } from "../../spec/buildpack-plan.ts";
import { formatLaunchToml, type LaunchProcess } from "../../spec/launch-toml.ts";
import { formatStoreToml } from "../../spec/store-toml.ts";
import { outputProblems, type Problem } from "./output-rules.ts";

/**
 * Creates the files that pass a build's result to the lifecycle, by name. Empty files are omitted.
 *
 * @throws LibcnbError BUILD_RESULT_INVALID with all errors
 */
export function outputFiles(
  result: BuildResult,
  entries: readonly BuildpackPlanEntry[],
): Readonly<Record<string, string>> {
  const [first, ...others] = outputProblems(result, entries);
  if (first !== undefined) throw invalid(first, others);
  const { labels = {}, processes = {}, slices = [], unmet = [], store = {} } = result;
  const launch = formatLaunchToml({ labels, slices, processes: Object.entries(processes).map(launchProcess) });
  const build = formatBuildToml({ unmet: [...new Set(unmet.map(({ name }) => name))] });
  return defined({
    "launch.toml": launch || undefined,
    "build.toml": build || undefined,
    "store.toml": Object.keys(store).length > 0 ? formatStoreToml(store) : undefined,
  });
}

function launchProcess([type, process]: readonly [string, Process]): LaunchProcess {
  const { command, args = [], default: isDefault = false, workingDir, execEnv = [] } = process;
  return { type, command, args, default: isDefault, workingDir, execEnv };
}

function invalid(first: Problem, others: readonly Problem[]): LibcnbError<"BUILD_RESULT_INVALID"> {
  if (others.length === 0) return new LibcnbError("BUILD_RESULT_INVALID", first.message, { hint: first.hint });
  const all = [first, ...others];
  return new LibcnbError(
    "BUILD_RESULT_INVALID",
    `build returned ${all.length} values that the lifecycle does not accept`,
    {
      cause: all.map(({ message }) => message).join("; "),
      hint: [...new Set(all.map(({ hint }) => hint))].join(" "),
    },
  );
}
