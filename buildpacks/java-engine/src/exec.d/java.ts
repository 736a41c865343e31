import { join } from "node:path";
import { defineExecD } from "libcnb";
import { factsFile, type JavaFacts } from "../launch/java-facts.ts";
import { variablesIn } from "../launch/variables.ts";

/**
 * Configures Java for its container: memory, processors, diagnosis, CA certificates. An error must
 * not prevent the app from starting.
 */
export default defineExecD("java", async ({ env, layer, log, readText }) => {
  try {
    const java = JSON.parse(readText(join(layer.path, factsFile)) ?? "") as JavaFacts;
    // Java replaces the launcher, which runs this program
    return await variablesIn({ env, java, layer: layer.path, parent: process.ppid, print: log });
  } catch (error) {
    log(`WARNING: Java gets no options for the container: ${error instanceof Error ? error.message : error}`);
    return {};
  }
});
