import { type BuildpackToml, parseBuildpackToml, parseExtensionToml } from "libcnb/spec";

/**
 * The kind of a module (a buildpack or an extension). Each kind has its own descriptor file, label,
 * and directory in a builder.
 */
export type ModuleKind = "buildpack" | "extension";

/**
 * Decodes a buildpack.toml or an extension.toml. Both have the same form in the result: an
 * extension is a buildpack without order, stacks and SBOM.
 */
export function decodeDescriptor(kind: ModuleKind, text: string | Uint8Array, file: string): BuildpackToml {
  if (kind === "buildpack") return parseBuildpackToml(text, file);
  const { extension, ...toml } = parseExtensionToml(text, file);
  return { ...toml, buildpack: { ...extension, sbomFormats: [] }, stacks: [], order: [] };
}

/** Returns warnings about settings in a descriptor that are valid but have no effect. */
export function descriptorWarnings({ api, buildpack }: BuildpackToml, file: string): string[] {
  if (buildpack.execEnv.length === 0 || !["0.10", "0.11"].includes(api)) return [];
  return [`exec-env in ${file} has no effect under Buildpack API ${api}; it needs api = "0.12".`];
}
