import { join } from "node:path";
import { defineExecD } from "libcnb";
import { portVariableFile, portVariables } from "../port.ts";

/**
 * Passes the value of PORT, which the platform sets, to the framework in the framework's own
 * variable.
 */
export default defineExecD("port", ({ env, layer, readText }) => {
  const name = readText(join(layer.path, portVariableFile));
  return name === undefined ? {} : portVariables(name, env);
});
