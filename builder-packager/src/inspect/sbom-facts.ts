import type { Image } from "../oci/image.ts";
import { layerEntries } from "../oci/layer-content.ts";

/** Counts the documents and, in the CycloneDX ones, the components: other formats repeat the same components. */
export async function sbomFacts(
  image: Image,
  diffId: string | undefined,
): Promise<{ readonly documents: number; readonly components: number }> {
  const layer = image.layers.find((each) => diffId !== undefined && each.diffId === diffId);
  if (!layer) return { documents: 0, components: 0 };
  const files = (await layerEntries(layer)).filter((entry) => entry.type === "file");
  const documents = files.filter(({ path }) => path.endsWith(".json"));
  const components = documents
    .filter(({ path }) => path.endsWith("bom.cdx.json")) // sbom.cdx.json of apps, bom.cdx.json of base images
    .map(({ content }) => (content instanceof Uint8Array ? countComponents(content) : 0));
  return { documents: documents.length, components: components.reduce((sum, count) => sum + count, 0) };
}

function countComponents(document: Uint8Array): number {
  try {
    const { components } = JSON.parse(Buffer.from(document).toString("utf8"));
    return Array.isArray(components) ? components.length : 0;
  } catch {
    return 0; // somebody else's broken SBOM is no reason to fail an inspection
  }
}
