import { join } from "node:path";
import { defineExecD } from "libcnb";
import { portVariableFile, portVariables } from "../port.ts";

/** Passes the port of the platform to the framework. */
export default defineExecD("port", ({ env, layer, readText }) => {
  const name = readText(join(layer.path, portVariableFile));
  return name === undefined ? {} : portVariables(name, env);
});
