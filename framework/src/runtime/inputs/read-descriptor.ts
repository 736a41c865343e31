import { join } from "node:path";
import { LibcnbError } from "../../errors.ts";
import { bytesAt } from "../../host/files/read.ts";
import { checkBuildpackApi } from "../../spec/api-version.ts";
import { apiOf, type BuildpackToml, decodeBuildpackTable } from "../../spec/buildpack-toml.ts";
import { parseDescriptor } from "../../spec/schemas/late-dependencies.ts";

/** The content of a directory below /cnb/buildpacks or /cnb/extensions. */
export type ModuleKind = "buildpack" | "extension";

/**
 * Reads buildpack.toml or extension.toml, the API first, because a newer one may have another form.
 * Without `kind`, reads the file that exists.
 */
export async function readModule(
  dir: string,
  kind: ModuleKind | undefined,
): Promise<{ readonly kind: ModuleKind; readonly descriptor: BuildpackToml }> {
  const kinds: readonly ModuleKind[] = kind === undefined ? ["buildpack", "extension"] : [kind];
  for (const each of kinds) {
    const file = join(dir, `${each}.toml`);
    const source = await bytesAt(file);
    if (source === undefined) continue;
    const toml = parseDescriptor(source, file);
    checkBuildpackApi(apiOf(toml, file), file);
    return {
      kind: each,
      descriptor: each === "buildpack" ? decodeBuildpackTable(toml, file) : await decodeExtension(source, file),
    };
  }
  const name = kind ?? "buildpack";
  throw new LibcnbError("INPUT_MISSING", `there is no ${join(dir, `${name}.toml`)}`, {
    hint: `Set CNB_${name.toUpperCase()}_DIR to the directory of the ${name}.`,
  });
}

/** Reads buildpack.toml. */
export async function readDescriptor(buildpackDir: string): Promise<BuildpackToml> {
  return (await readModule(buildpackDir, "buildpack")).descriptor;
}

// in the form of a buildpack's, so that everything that reads descriptors reads it
async function decodeExtension(source: Uint8Array, file: string): Promise<BuildpackToml> {
  const { decodeExtensionToml } = await import("../../spec/extension-toml.ts");
  const { extension, ...toml } = decodeExtensionToml(source, file);
  return { ...toml, buildpack: { ...extension, sbomFormats: [] }, stacks: [], order: [] };
}
