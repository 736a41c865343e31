import { join } from "node:path";
import { Readable } from "node:stream";
import { CnbError } from "../errors.ts";
import { inspectedImage } from "../inspect/inspected-image.ts";
import { buildpackLabels } from "../inspect/labels.ts";
import { writeOutputFile } from "../oci/files/output-file.ts";
import { formatImageReference, type ImageReference } from "../oci/model/reference.ts";
import type { Platform } from "../oci/model/spec.ts";
import { attach } from "../oci/registry/attach.ts";
import { repositoryOf } from "../oci/registry/repository-of.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import { type SbomDocument, type SbomFormat, sbomDocuments, sbomFormats } from "./documents.ts";
import type { Subject } from "./json.ts";
import { mergedSbom } from "./merge.ts";

/** The SBOMs to write, and their destination. */
export interface SbomSettings {
  /** The directory to which the SBOMs are written. */
  readonly dir: string;
  /** The format to write. @default all available ones */
  readonly format?: SbomFormat | undefined;
  /** True to merge the SBOMs of each format into one document. @default false */
  readonly merge?: boolean;
  /** True to attach the merged documents to the image in its registry. @default false */
  readonly attach?: boolean;
  /** The platform to choose in a multi-platform image. @default this machine's */
  readonly platform?: Platform | undefined;
}

/** Options of {@link downloadSbom}. */
export interface SbomOptions extends SbomSettings {
  readonly registry: RegistryOptions;
}

const mediaTypes: Readonly<Record<SbomFormat, string>> = {
  cdx: "application/vnd.cyclonedx+json",
  spdx: "application/spdx+json",
  syft: "application/vnd.syft+json",
};

/**
 * Writes the SBOMs of an image. By default, the files keep their paths in the image's layers, as
 * with `pack sbom download`. Merged, they become `sbom.cdx.json`, `sbom.spdx.json` and
 * `sbom.syft.json`.
 *
 * @returns the written paths, and `REFERENCE@DIGEST` of each attached document
 * @throws CnbError SBOM_NOT_FOUND, SBOM_INVALID, OUTPUT_UNWRITABLE, IMAGE_…, REGISTRY_….
 * @example `await downloadSbom(parseImageReference("oci:dist/app"), { dir: "dist/sbom", merge:
 * true, registry: { env } })`
 */
export async function downloadSbom(reference: ImageReference, options: SbomOptions): Promise<readonly string[]> {
  const { dir, format, merge = false, attach: isAttached = false } = options;
  const where = formatImageReference(reference);
  const { image, about } = await inspectedImage(reference, options);
  const all = await sbomDocuments(image, buildpackLabels(image, where)?.lifecycle.sbom?.sha);
  const documents = all.filter((each) => format === undefined || each.format === format);
  if (documents.length === 0) throw notFound(where, all);
  if (!merge && !isAttached) return writeAll(dir, documents);
  const subject: Subject = { name: nameOf(reference), digest: about.digest };
  const formats = sbomFormats.filter((each) => documents.some((document) => document.format === each));
  const merged = formats.map((each) => ({ format: each, text: mergedSbom(each, documents, subject) }));
  const files = merged.map(({ format: of, text }) => ({ path: `sbom.${of}.json`, content: Buffer.from(text) }));
  const written = merge ? await writeAll(dir, files) : [];
  return isAttached ? [...written, ...(await attachAll(reference, about.digest, merged, options.registry))] : written;
}

async function writeAll(
  dir: string,
  files: readonly Pick<SbomDocument, "path" | "content">[],
): Promise<readonly string[]> {
  const written: string[] = [];
  for (const { path, content } of files) {
    const file = join(dir, safe(path));
    await writeOutputFile(file, Readable.from([content]));
    written.push(file);
  }
  return written;
}

/** Refuses a path that leaves the output directory: paths in an image are untrusted. */
function safe(path: string): string {
  if (!path.split("/").includes("..") && !path.includes("\0")) return path;
  throw new CnbError(
    "SBOM_INVALID",
    `the image has an SBOM with the path ${JSON.stringify(path)}, which is outside the output directory`,
    {
      hint: "The image is damaged or hostile. Do not use it.",
    },
  );
}

async function attachAll(
  reference: ImageReference,
  digest: string,
  merged: readonly { readonly format: SbomFormat; readonly text: string }[],
  registry: RegistryOptions,
): Promise<readonly string[]> {
  const { tag: _, ...repository } = repositoryOf(reference, "attach an SBOM to");
  const image = { ...repository, digest: digest as NonNullable<typeof repository.digest> };
  const attached: string[] = [];
  for (const { format, text } of merged) {
    const mediaType = mediaTypes[format];
    const annotations = { "org.opencontainers.image.title": `sbom.${format}.json` };
    const files = [{ mediaType, content: Buffer.from(text), annotations }];
    const descriptor = await attach(image, { artifactType: mediaType, files }, registry);
    attached.push(formatImageReference({ ...image, digest: descriptor.digest }));
  }
  return attached;
}

/**
 * The image's name in merged documents, without paths of this machine, because they are read
 * elsewhere.
 */
function nameOf(reference: ImageReference): string {
  if (reference.kind === "registry") return `${reference.registry}/${reference.repository}`;
  if (reference.kind === "docker-daemon") return reference.name;
  const path = reference.kind === "oci" ? reference.dir : reference.file;
  return path.replace(/\/+$/, "").split("/").at(-1) ?? path;
}

const notFound = (where: string, all: readonly SbomDocument[]): CnbError =>
  new CnbError(
    "SBOM_NOT_FOUND",
    all.length === 0
      ? `${where} has no SBOM`
      : `${where} has no SBOM in the requested format, only in ${[...new Set(all.map(({ format }) => format ?? "an unknown format"))].join(", ")}`,
    {
      hint:
        all.length === 0
          ? "Use an app image whose buildpacks write SBOMs, or an image created by cnb base create."
          : "Remove --format.",
    },
  );
