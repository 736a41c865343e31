import { type BuildpackToml, decodeBuildpackToml, decodeExtensionToml } from "libcnb/spec";

/** The kind of a module: each has its own descriptor, directory in a builder and label. */
export type ModuleKind = "buildpack" | "extension";

/**
 * Decodes buildpack.toml, or extension.toml into the same form: an extension is a buildpack without
 * order, stacks and SBOM.
 */
export function decodeDescriptor(kind: ModuleKind, text: string | Uint8Array, file: string): BuildpackToml {
  if (kind === "buildpack") return decodeBuildpackToml(text, file);
  const { extension, ...toml } = decodeExtensionToml(text, file);
  return { ...toml, buildpack: { ...extension, sbomFormats: [] }, stacks: [], order: [] };
}

/** Warnings about valid settings with less effect than intended. */
export function descriptorWarnings({ api, buildpack }: BuildpackToml, file: string): string[] {
  if (buildpack.execEnv.length === 0 || !["0.10", "0.11"].includes(api)) return [];
  return [`exec-env in ${file} has no effect under Buildpack API ${api}; it needs api = "0.12".`];
}
