import { masked } from "@libcnb/app-kit/failures/tool-end";
import type { RunTool } from "libcnb";
import type { Variables } from "../package-manager.ts";

/**
 * Returns a function that runs a tool with these environment variables, and hides secrets in its
 * output, even from listeners.
 */
export const runWith =
  (run: RunTool, { env, secrets }: { readonly env: Variables; readonly secrets: readonly string[] }): RunTool =>
  (tool, args, { onLine, ...options } = {}) =>
    run(tool, args, {
      ...options,
      env: { ...env, ...options.env },
      secrets: [...secrets, ...(options.secrets ?? [])],
      ...(onLine !== undefined && { onLine: (line, stream) => onLine(masked(line, secrets), stream) }),
    });
