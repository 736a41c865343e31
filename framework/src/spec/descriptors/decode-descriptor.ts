import { checkBuildpackApi } from "../api-version.ts";
import { apiOf, type BuildpackToml, decodeBuildpackTable } from "../buildpack-toml.ts";
import { parseDescriptor } from "../schemas/late-dependencies.ts";

/** Parses a descriptor. The API version is checked first, because a file of a newer API may have another form. */
export async function decodeDescriptor(
  kind: "buildpack" | "extension",
  source: Uint8Array,
  file: string,
): Promise<BuildpackToml> {
  const toml = parseDescriptor(source, file);
  checkBuildpackApi(apiOf(toml, file), file);
  if (kind === "buildpack") return decodeBuildpackTable(toml, file);
  // in the form of a buildpack's, so that everything that reads descriptors reads it
  const { parseExtensionToml } = await import("../extension-toml.ts");
  const { extension, ...rest } = parseExtensionToml(source, file);
  return { ...rest, buildpack: { ...extension, sbomFormats: [] }, stacks: [], order: [] };
}
