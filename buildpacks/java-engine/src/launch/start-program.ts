import { join } from "node:path";
import { launchPrograms } from "@libcnb/app-kit/release/launch-programs";
import { type Ability, abilitiesOf } from "./abilities.ts";
import { classesOf } from "./classes.ts";

/** The Java of an image. */
export interface Runtime {
  /** Its directory: JAVA_HOME. */
  readonly runtime: string;
  /** The first number of its version that counts: 8, 11, 17. */
  readonly feature: number;
}

/** The layer's directory to which a container adds the CA certificates of its bindings. */
export const truststoreIn = (layer: string): string => join(layer, "truststore");

/**
 * The program that runs before each process: it passes the build's facts about Java to the programs
 * in the layer.
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
