import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BuildContext, temporaryLayer } from "libcnb";
import javaProgram from "../exec.d/java.ts";
import { preparedFiles } from "../trust/prepared.ts";
import { prepareTruststore } from "../trust/truststores.ts";
import { factsFile, type JavaFacts } from "./java-facts.ts";
import { abilitiesOf, classesOf } from "./runtime-facts.ts";
import { resolverProperties } from "./security.ts";

/**
 * The layer of the program that runs before each process. It is separate, so that a new version of
 * the program does not change the layer of Java.
 */
const launchLayer = temporaryLayer("helpers", { build: false, launch: true });

/**
 * Provides the program that configures Java for its container: memory, processors, options and CA
 * certificates.
 */
export const provideLaunch = ({ layers }: Pick<BuildContext, "layers">, java: Runtime): Promise<unknown> =>
  layers.provide(launchLayer, {
    create: ({ path }) => writeLaunchFiles(path, java),
    execD: () => ({ shared: { java: javaProgram } }),
  });

/** The Java installation in an image. */
export interface Runtime {
  /** The directory of the installation, which is JAVA_HOME. */
  readonly runtime: string;
  /** The release line: 8, 11, 17. */
  readonly feature: number;
}

/**
 * Writes the files that the launch helper (the exec.d program) reads: facts about Java, security
 * properties, and parts of a truststore. The launch helper completes the truststore with the CA
 * certificates in the container's bindings.
 */
export async function writeLaunchFiles(layer: string, { runtime, feature }: Runtime): Promise<void> {
  const facts: JavaFacts = { feature, classes: await classesOf(runtime), abilities: await abilitiesOf(runtime) };
  await writeFile(join(layer, factsFile), `${JSON.stringify(facts)}\n`);
  await writeFile(join(layer, resolverProperties.name), resolverProperties.text);
  await prepareTruststore(runtime, join(layer, preparedFiles.dir));
}
