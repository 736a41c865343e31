import { join } from "node:path";
import { defineExecD } from "libcnb";
import { variablesFor } from "../launch/variables.ts";

/**
 * Configures Node.js for its container: memory, processors, debugger, CA certificates. An error
 * must not prevent the app from starting.
 */
export default defineExecD("node", async ({ env, layer, log }) => {
  const warn = (text: string) => log(`WARNING: ${text}`);
  // the app replaces the launcher, which runs this program
  const firstProcess = process.ppid === 1 ? join(layer.path, "programs/first-process.cjs") : undefined;
  try {
    return await variablesFor(env, { firstProcess, warn });
  } catch (error) {
    warn(`cannot adapt the app to the limits of the container: ${error instanceof Error ? error.message : error}`);
    return {};
  }
});
