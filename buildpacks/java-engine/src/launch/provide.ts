import { join } from "node:path";
import { copyLaunchPrograms, launchPrograms } from "@libcnb/app-kit/release/launch-programs";
import { type BuildContext, temporaryLayer } from "libcnb";
import { prepareTruststore } from "../trust/truststores.ts";
import { type Ability, abilitiesOf, classesOf } from "./runtime-facts.ts";

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

/** The Java installation of an image. */
export interface Runtime {
  /** The directory of the installation, which is JAVA_HOME. */
  readonly runtime: string;
  /** The release line: 8, 11, 17. */
  readonly feature: number;
}

/**
 * The directory of the layer in which a container creates the truststore with the CA certificates
 * of its bindings.
 */
export const truststoreIn = (layer: string): string => join(layer, "truststore");

/**
 * Returns the program that runs before each process. The program passes facts about Java from the
 * build to the other programs in the layer.
 */
export async function startProgram({ runtime, feature }: Runtime, layer: string): Promise<string> {
  const abilities = await abilitiesOf(runtime);
  const can = (ability: Ability) => `java_${ability}=${abilities.includes(ability) ? "1" : ""}`;
  return [
    "#!/bin/sh",
    `where_programs=${quoted(launchPrograms(layer))}`,
    `where_truststore=${quoted(truststoreIn(layer))}`,
    `java_feature=${feature}`,
    `java_classes=${await classesOf(runtime)}`,
    ...(["debugs", "manages", "records"] as const).map(can),
    '. "$where_programs/main.sh"',
    "",
  ].join("\n");
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
