import type { Process } from "../../build.ts";
import { LibcnbError } from "../../errors.ts";
import { isExecEnv } from "../../spec/exec-env.ts";

/**
 * Returns warnings for an author who restricts processes to execution environments. The lifecycle
 * stores the restriction for every Buildpack API. However, only platforms with API 0.15 apply it,
 * and only if the container names its execution environment.
 *
 * @throws LibcnbError BUILD_RESULT_INVALID for an invalid name of an execution environment
 */
export function execEnvNotes(processes: Readonly<Record<string, Process>>, api: string): string[] {
  const restricted = Object.entries(processes).flatMap(([type, { execEnv = [] }]) =>
    execEnv.length === 0 || execEnv.includes("*") ? [] : [{ type, execEnv }],
  );
  for (const { type, execEnv } of restricted) checkNames(type, execEnv);
  if (restricted.length === 0) return [];
  const types = `${restricted.length === 1 ? "the process" : "the processes"} ${restricted.map(({ type }) => JSON.stringify(type)).join(", ")}`;
  if (api === "0.10" || api === "0.11") {
    return [
      `execEnv of ${types} needs Buildpack API 0.12. buildpack.toml declares ${api}, with which platforms may ignore execEnv`,
    ];
  }
  const startable =
    Object.keys(processes).length > restricted.length ||
    restricted.some(({ execEnv }) => execEnv.includes("production"));
  return startable
    ? []
    : [
        `no process has the execution environment production: the image starts a process only if the container's environment has CNB_EXEC_ENV=${restricted[0]?.execEnv[0]}`,
      ];
}

function checkNames(type: string, execEnv: readonly string[]): void {
  const bad = execEnv.find((name) => !isExecEnv(name));
  if (bad === undefined) return;
  throw new LibcnbError(
    "BUILD_RESULT_INVALID",
    `execEnv of the process ${JSON.stringify(type)} has ${JSON.stringify(bad)}, which is not a valid name of an execution environment`,
    { hint: 'Use "production", "test", "development" or another name that is not empty and contains no "/".' },
  );
}
