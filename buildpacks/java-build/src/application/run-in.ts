import { masked } from "@libcnb/app-kit/failures/last-lines";
import type { RunTool } from "libcnb";
import type { Variables } from "../build-tool.ts";

/**
 * Creates a runner in a directory, with variables, that hides secrets in the output of tools, also
 * from listeners.
 */
export const runIn =
  (run: RunTool, cwd: string, env: Variables, secrets: readonly string[]): RunTool =>
  (tool, args, { onLine, ...options } = {}) =>
    run(tool, args, {
      cwd,
      ...options,
      env: { ...env, ...options.env },
      secrets: [...secrets, ...(options.secrets ?? [])],
      ...(onLine !== undefined && { onLine: (line, stream) => onLine(masked(line, secrets), stream) }),
    });
