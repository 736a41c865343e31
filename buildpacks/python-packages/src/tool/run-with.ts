import { masked } from "@libcnb/app-kit/failures/last-lines";
import type { RunTool } from "libcnb";
import type { Variables } from "../package-manager.ts";

/** Creates a runner that sets variables for tools, and hides secrets in their output, also from listeners. */
export const runWith =
  (run: RunTool, { env, secrets }: { readonly env: Variables; readonly secrets: readonly string[] }): RunTool =>
  (tool, args, { onLine, ...options } = {}) =>
    run(tool, args, {
      ...options,
      env: { ...env, ...options.env },
      secrets: [...secrets, ...(options.secrets ?? [])],
      ...(onLine !== undefined && { onLine: (line, stream) => onLine(masked(line, secrets), stream) }),
    });
