import { LibcnbError } from "../errors.ts";
import { declaresSbomFormat, type SbomExtension, sbomMediaTypes } from "../spec/sbom-format.ts";
import type { Component } from "./component.ts";
import type { Sbom } from "./sbom.ts";

/**
 * The texts of SBOM files by extension. Several of one format become one.
 *
 * @param declared `sbom-formats` of buildpack.toml: the lifecycle fails the build for a format that is not among them
 * @throws LibcnbError SBOM_FORMAT_UNDECLARED
 */
export async function emitSboms(
  sboms: readonly Sbom[],
  declared: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const extensions = [...new Set(sboms.map(({ extension }) => extension))];
  const files: Record<string, string> = {};
  for (const extension of extensions) {
    checkDeclared(extension, declared);
    files[extension] = await emit(
      sboms.filter((sbom) => sbom.extension === extension).flatMap(({ components }) => components),
    );
  }
  return files;
}

async function emit(components: readonly Component[]): Promise<string> {
  // loaded late: the library takes longer to load than all of detect
  const { cycloneDxJson } = await import("./cyclonedx.ts");
  return cycloneDxJson(components);
}

function checkDeclared(extension: SbomExtension, declared: readonly string[]): void {
  if (declaresSbomFormat(declared, extension)) return;
  const mediaType = sbomMediaTypes[extension];
  throw new LibcnbError(
    "SBOM_FORMAT_UNDECLARED",
    `the buildpack writes an SBOM of the format ${mediaType}, which its buildpack.toml does not declare`,
    {
      hint: `Add sbom-formats = ["${mediaType}"] to [buildpack] in buildpack.toml.`,
    },
  );
}
