import * as v from "valibot";
import { looseObject } from "../../schema.ts";
import { blobPath } from "../files/layout-files.ts";
import { parse } from "../model/document.ts";
import { isImage } from "../model/image-platform.ts";
import { savedImages } from "../source/docker-archive.ts";
import type { ImageSource } from "../source/source-image.ts";
import { issuesOf } from "./measure.ts";
import { descriptorsIssues, type Walk } from "./source.ts";

/**
 * Describes the inconsistencies in the content of a layout, an archive or a registry. If `whole` is
 * true, also lists the files of a layout or archive that nothing refers to.
 */
export async function sourceIssues({ store: location, manifests }: ImageSource, whole: boolean): Promise<string[]> {
  const walk: Walk = { location, referenced: new Set(), seen: new Set() };
  const issues = await descriptorsIssues(walk, manifests);
  const none = manifests.some(isImage) ? [] : [`${location.where} contains no image`];
  return [...none, ...issues, ...(whole ? await issuesOf(() => layoutIssues(walk)) : [])];
}

async function layoutIssues({ location, referenced }: Walk): Promise<string[]> {
  if (!location.files || !location.file) return [];
  const files = new Map((await location.files()).map(({ path, regular }) => [path, regular]));
  const saved = files.has("manifest.json") ? savedPaths(await location.file("manifest.json"), location.where) : [];
  const known = new Set([...documents, ...saved, ...[...referenced].map(blobPath)]);
  return [
    ...(files.has("oci-layout")
      ? versionIssues(await location.file("oci-layout"), location.where)
      : ["oci-layout is missing"]),
    ...saved.flatMap((path) => (files.has(path) ? [] : [`manifest.json: ${JSON.stringify(path)} is missing`])),
    ...[...files].flatMap(([path, regular]) => fileIssues(path, regular, known)),
  ];
}

const documents = ["oci-layout", "index.json", "manifest.json", "repositories"];

const version = looseObject({ imageLayoutVersion: v.literal("1.0.0") });

function versionIssues(bytes: Uint8Array, where: string): string[] {
  parse(version, bytes, `oci-layout in ${where}`);
  return [];
}

const savedPaths = (bytes: Uint8Array, where: string): string[] =>
  parse(savedImages, bytes, `manifest.json of ${where}`).flatMap(({ Config, Layers }) => [Config, ...(Layers ?? [])]);

function fileIssues(path: string, regular: boolean, known: ReadonlySet<string>): string[] {
  if (!known.has(path)) return [`nothing refers to ${JSON.stringify(path)}`];
  return regular ? [] : [`${JSON.stringify(path)} is not a regular file`];
}
