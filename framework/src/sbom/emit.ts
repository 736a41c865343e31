import { LibcnbError } from "../errors.ts";
import type { Component } from "./component-model.ts";
import { checkSomeDeclared, type Declarations, declarationsOf } from "./declared.ts";
import { type SbomFormat, sbomFormats } from "./format.ts";
import type { ComponentsSbom, RawSbom, Sbom } from "./sbom.ts";
import { sbomText } from "./text.ts";

/**
 * Creates the texts of SBOM files, by file extension. All components for a format are written into
 * one document. A document that a tool created is unchanged.
 *
 * @param declared the `sbom-formats` of buildpack.toml. The lifecycle fails the build for any other
 * format
 * @throws LibcnbError SBOM_FORMAT_UNDECLARED, SBOM_FORMAT_UNKNOWN, SBOM_INVALID, SBOM_UNMERGEABLE
 * @example
 * `const texts = await emitSboms(sboms([{ name: "node", version }]), ["application/spdx+json"])`
 */
export async function emitSboms(
  sboms: readonly Sbom[],
  declared: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  if (sboms.length === 0) return {};
  const declarations = declarationsOf(declared);
  if (sboms.some(({ format }) => format === "declared")) checkSomeDeclared(declarations);
  const files: Record<string, string> = {};
  for (const format of Object.keys(sbomFormats) as SbomFormat[]) {
    const text = await emit(format, inFormat(format, sboms, declarations), declarations);
    if (text !== undefined) files[sbomFormats[format].extension] = text;
  }
  return files;
}

function inFormat(format: SbomFormat, sboms: readonly Sbom[], { formats }: Declarations): readonly Sbom[] {
  return sboms.filter((sbom) => sbom.format === format || (sbom.format === "declared" && formats.includes(format)));
}

async function emit(format: SbomFormat, sboms: readonly Sbom[], { check }: Declarations): Promise<string | undefined> {
  if (sboms.length === 0) return undefined;
  const raw = rawOf(format, sboms);
  check(format, raw?.version ?? sbomFormats[format].version);
  const parts = sboms.filter(isComponents);
  const components = parts.flatMap((part) => part.components);
  return raw?.text ?? sbomText(format, components, { subject: subjectOf(format, parts) });
}

function subjectOf(format: SbomFormat, parts: readonly ComponentsSbom[]): Component | undefined {
  const given = parts.flatMap(({ subject }) => subject ?? []);
  const [subject, ...others] = new Map(given.map((each) => [JSON.stringify(each), each])).values();
  if (others.length === 0) return subject;
  const names = [subject, ...others].map((each) => JSON.stringify(each?.name)).join(", ");
  throw new LibcnbError(
    "SBOM_UNMERGEABLE",
    `an SBOM of the format ${sbomFormats[format].title} cannot have several subjects: ${names}`,
    { hint: "Pass one subject only, and pass the others as components." },
  );
}

// Documents of tools cannot be merged: each has its own references, times and tools.
function rawOf(format: SbomFormat, sboms: readonly Sbom[]): RawSbom | undefined {
  const [raw, ...others] = new Map(sboms.filter(isRaw).map((sbom) => [sbom.text, sbom])).values();
  if (raw === undefined || (others.length === 0 && !sboms.some(isComponents))) return raw;
  throw new LibcnbError(
    "SBOM_UNMERGEABLE",
    `an SBOM of the format ${sbomFormats[format].title} created by a tool cannot be merged with another SBOM`,
    { hint: "Return the tool's SBOM alone. Put other components into another layer or another format." },
  );
}

const isRaw = (sbom: Sbom): sbom is RawSbom => "text" in sbom;
const isComponents = (sbom: Sbom): sbom is ComponentsSbom => "components" in sbom;
