import { join } from "node:path";
import { copyLaunchPrograms } from "@libcnb/app-kit/release/launch-programs";
import { type BuildContext, temporaryLayer } from "libcnb";
import { prepareTruststore } from "../trust/launch-truststore.ts";
import { type Runtime, startProgram, truststoreIn } from "./start-program.ts";

/**
 * The programs that run before each process. They have their own layer, so that a new version of
 * them does not change the layer of Java.
 */
const launchLayer = temporaryLayer("helpers", { build: false, launch: true });

/**
 * Provides the programs that configure Java for its container: memory, processors, options and CA
 * certificates.
 */
export async function provideLaunch(
  { buildpack, layers }: Pick<BuildContext, "buildpack" | "layers">,
  java: Runtime,
): Promise<void> {
  const program = await startProgram(java, join(layers.dir, launchLayer.name));
  await layers.provide(launchLayer, {
    create: async ({ path }) => {
      for (const ending of [".sh", ".properties"]) await copyLaunchPrograms(buildpack, path, ending);
      await prepareTruststore(java.runtime, truststoreIn(path));
    },
    execD: () => ({ shared: { java: program } }),
  });
}
