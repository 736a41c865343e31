import { jarComponents } from "@libcnb/java-app/jar-components";
import { type Sbom, sboms } from "libcnb";
import type { Project } from "./project.ts";

/** The SBOM of the app's jars, unless an earlier buildpack has recorded its dependencies. */
export async function sbomOf({ app, hasSbom, settings }: Project): Promise<readonly Sbom[]> {
  if (hasSbom || settings.BP_DISABLE_SBOM) return [];
  const { subject, components } = await jarComponents(app.dir);
  return components.length === 0 && subject === undefined ? [] : sboms(components, { subject });
}
