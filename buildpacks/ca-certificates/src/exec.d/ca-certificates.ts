import { defineExecD } from "libcnb";
import { variablesIn } from "../launch/variables.ts";

/**
 * Makes the programs of a container trust the CA certificates in the container's bindings. An error
 * must not prevent the app from starting.
 */
export default defineExecD("ca-certificates", async ({ env, layer, log }) => {
  const warn = (text: string) => log(`WARNING: ${text}`);
  try {
    return await variablesIn({ env, layer: layer.path, warn });
  } catch (error) {
    warn(`the certificates from bindings are not used: ${error instanceof Error ? error.message : error}`);
    return {};
  }
});
