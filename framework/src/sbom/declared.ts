import { LibcnbError } from "../errors.ts";
import { type DeclaredSbomFormat, declaredSbomFormats, sbomMediaTypes } from "../spec/sbom-format.ts";
import { type SbomFormat, sbomFormats } from "./format.ts";

const allFormats = Object.keys(sbomFormats) as SbomFormat[];

/** The formats that `sbom-formats` of buildpack.toml declares for the buildpack's SBOMs. */
export interface Declarations {
  /** All declared formats. An SBOM of components is written in each of them. */
  readonly formats: readonly SbomFormat[];
  /**
   * Checks that a format is declared in this version.
   *
   * @throws LibcnbError SBOM_FORMAT_UNDECLARED
   */
  check(format: SbomFormat, version: string): void;
}

/**
 * Parses `sbom-formats` of buildpack.toml. The lifecycle fails a build if it does not support a
 * declared media type.
 *
 * @throws LibcnbError SBOM_FORMAT_UNKNOWN
 */
export function declarationsOf(texts: readonly string[]): Declarations {
  const declared = declaredSbomFormats(texts);
  const unknown = declared.filter(({ extension }) => extension === undefined).map(({ text }) => JSON.stringify(text));
  if (unknown.length > 0) {
    throw new LibcnbError(
      "SBOM_FORMAT_UNKNOWN",
      `buildpack.toml declares unknown SBOM formats: ${unknown.join(", ")}`,
      {
        hint: `Write sbom-formats as a list of: ${Object.values(sbomMediaTypes).join(", ")}.`,
      },
    );
  }
  const of = (format: SbomFormat) => declared.filter(({ extension }) => extension === sbomFormats[format].extension);
  return {
    formats: allFormats.filter((format) => of(format).length > 0),
    check: (format, version) => check(format, version, of(format)),
  };
}

function check(format: SbomFormat, version: string, declared: readonly DeclaredSbomFormat[]): void {
  if (declared.some((each) => covers(each.version, version))) return;
  const { title, extension } = sbomFormats[format];
  const mediaType = sbomMediaTypes[extension];
  if (declared.length === 0) {
    throw undeclared(
      `the buildpack writes an SBOM of the format ${mediaType}, which its buildpack.toml does not declare`,
      `Add "${mediaType}" to sbom-formats of [buildpack] in buildpack.toml.`,
    );
  }
  throw undeclared(
    `the buildpack writes an SBOM of the format ${title} ${version}, but its buildpack.toml declares ${declared.map(({ text }) => JSON.stringify(text)).join(", ")}`,
    `Write "${mediaType};version=${version}" in sbom-formats, or remove the version there.`,
  );
}

/**
 * Checks that at least one SBOM format is declared, for components that are written in every
 * declared format.
 *
 * @throws LibcnbError SBOM_FORMAT_UNDECLARED
 */
export function checkSomeDeclared({ formats }: Declarations): void {
  if (formats.length > 0) return;
  throw undeclared(
    "the buildpack writes an SBOM, but its buildpack.toml declares no SBOM formats",
    `Add sbom-formats = [${Object.values(sbomMediaTypes)
      .map((each) => `"${each}"`)
      .join(", ")}] to [buildpack] in buildpack.toml, or some of them.`,
  );
}

// version=1 includes 1.6; a media type without a version includes all versions
const covers = (declared: string | undefined, version: string): boolean =>
  declared === undefined || declared === version || version.startsWith(`${declared}.`);

const undeclared = (message: string, hint: string) => new LibcnbError("SBOM_FORMAT_UNDECLARED", message, { hint });
