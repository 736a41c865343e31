import type { BuildResult, Process } from "../build.ts";
import { LibcnbError } from "../errors.ts";
import { buildToml } from "../spec/build-toml.ts";
import type { BuildpackPlanEntry } from "../spec/buildpack-plan.ts";
import { type LaunchProcess, launchToml } from "../spec/launch-toml.ts";
import { checkProcessType } from "../spec/names.ts";
import { storeToml } from "../spec/store-toml.ts";

/**
 * The files that tell the lifecycle the result of a build, by name. Files with nothing to say are left out.
 *
 * @throws LibcnbError BUILD_RESULT_INVALID, NAME_INVALID
 */
export function outputFiles(
  result: BuildResult,
  entries: readonly BuildpackPlanEntry[],
): Readonly<Record<string, string>> {
  const { labels = {}, slices = [], unmet = [], store } = result;
  const launch = launchToml({
    labels,
    slices: slices.map(checkSlice),
    processes: launchProcesses(result.processes ?? {}),
  });
  const build = buildToml({ unmet: unmet.map(({ name }) => checkUnmet(name, entries)) });
  return {
    ...(launch !== "" && { "launch.toml": launch }),
    ...(build !== "" && { "build.toml": build }),
    ...(store !== undefined && Object.keys(store).length > 0 && { "store.toml": storeToml(store) }),
  };
}

function launchProcesses(processes: Readonly<Record<string, Process>>): readonly LaunchProcess[] {
  const launch = Object.entries(processes).map(([type, process]) => launchProcess(type, process));
  const defaults = launch.filter((process) => process.default).map(({ type }) => type);
  if (defaults.length > 1)
    throw invalid(`the processes ${defaults.join(", ")} are all the default`, "Let one process be the default.");
  return launch;
}

function launchProcess(
  type: string,
  { command, args = [], default: isDefault = false, workingDir, execEnv = [] }: Process,
): LaunchProcess {
  // a lifecycle before 0.21.15 crashes on an empty command
  if (command.length === 0 || command.some((word) => typeof word !== "string")) {
    throw invalid(`the process ${JSON.stringify(type)} has no command`, "Give it a list with an executable.");
  }
  return { type: checkProcessType(type), command, args, default: isDefault, workingDir, execEnv };
}

// the specification allows absolute patterns, but the lifecycle never finds them
function checkSlice(patterns: readonly string[]): readonly string[] {
  const absolute = patterns.find((pattern) => pattern.startsWith("/"));
  if (absolute === undefined) return patterns;
  throw invalid(`the slice ${JSON.stringify(absolute)} is absolute`, "Give it relative to the application directory.");
}

// the lifecycle fails the build for a name that is not in the plan
function checkUnmet(name: string, entries: readonly BuildpackPlanEntry[]): string {
  if (entries.some((entry) => entry.name === name)) return name;
  throw invalid(
    `${JSON.stringify(name)} is called unmet but is not in the buildpack plan`,
    "Return only dependencies that plan.has().",
  );
}

function invalid(message: string, hint: string): LibcnbError<"BUILD_RESULT_INVALID"> {
  return new LibcnbError("BUILD_RESULT_INVALID", message, { hint });
}
