import { LibcnbError } from "../errors.ts";
import { type SbomFormat, sbomFormats } from "./format.ts";

/**
 * Checks that a text is a document in the format, and returns the format's version in the document.
 *
 * @throws LibcnbError SBOM_INVALID
 */
export function checkRawSbom(format: SbomFormat, text: string): string {
  const version = versionOf[format](parse(format, text));
  if (version !== undefined) return version;
  throw invalid(format, `it lacks ${marks[format]}`);
}

const marks: Readonly<Record<SbomFormat, string>> = {
  cyclonedx: '"bomFormat": "CycloneDX" and "specVersion"',
  spdx: '"spdxVersion": "SPDX-…"',
  syft: '"artifacts" and "schema": { "version" }',
};

type Fields = Readonly<Record<string, unknown>>;

const versionOf: Readonly<Record<SbomFormat, (document: Fields) => string | undefined>> = {
  cyclonedx: ({ bomFormat, specVersion }) => (bomFormat === "CycloneDX" ? textOf(specVersion) : undefined),
  spdx: ({ spdxVersion }) => /^SPDX-(.+)$/.exec(textOf(spdxVersion) ?? "")?.[1],
  syft: ({ artifacts, schema }) => (Array.isArray(artifacts) ? textOf(fieldsOf(schema)?.version) : undefined),
};

function parse(format: SbomFormat, text: string): Fields {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw invalid(format, "it is not JSON", cause);
  }
  const fields = fieldsOf(document);
  if (fields === undefined) throw invalid(format, "it is not a JSON object");
  return fields;
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;

function invalid(format: SbomFormat, why: string, cause?: unknown): LibcnbError<"SBOM_INVALID"> {
  return new LibcnbError("SBOM_INVALID", `the text is not an SBOM of the format ${sbomFormats[format].title}: ${why}`, {
    cause,
    hint: "Pass the unchanged output of the tool, and pass the format in which the tool wrote it.",
  });
}
