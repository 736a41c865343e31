import { jarComponents } from "@libcnb/java-app/jar-components";
import { type Sbom, sboms } from "libcnb";
import type { Project } from "./project.ts";

/** The jars that the app came with, where nobody has written down what they were built of. */
export async function sbomOf({ app, hasSbom, settings }: Project): Promise<readonly Sbom[]> {
  if (hasSbom || settings.BP_DISABLE_SBOM) return [];
  const { subject, components } = await jarComponents(app.dir);
  return components.length === 0 && subject === undefined ? [] : sboms(components, { subject });
}
