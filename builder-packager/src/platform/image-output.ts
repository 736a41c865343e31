import { writeFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { createNextTo } from "../oci/files/output-file.ts";
import { outputFile, outputTarget } from "../oci/files/output-target.ts";
import type { ImageReference } from "../oci/model/reference.ts";
import { refuseForeign } from "../oci/sink/layout.ts";

/**
 * Checks before a build that an output can be written, so that the build does not fail only after
 * minutes.
 */
export async function checkOutput(output: ImageReference): Promise<void> {
  if (output.kind === "oci") {
    const target = outputTarget(output.dir);
    await refuseForeign(target, output.dir);
    await createNextTo(target, (temporary) => writeFile(temporary, ""));
  } else if ("file" in output) {
    await checkFile(output.file);
  }
}

/**
 * Checks that a file can be written.
 *
 * @throws CnbError OUTPUT_UNWRITABLE
 */
export const checkFile = (file: string): Promise<void> =>
  createNextTo(outputFile(file), (temporary) => writeFile(temporary, ""));

/**
 * Returns the name to record for an image in a directory or file. Without a name from the user, the
 * name is derived from the path, so that `docker load` has a name for the image.
 */
export function nameFor(output: ImageReference): { readonly name?: string } {
  if (output.kind === "registry" || output.kind === "docker-daemon") return {};
  if ("tag" in output && output.tag) return { name: output.tag };
  if ("name" in output && output.name) return { name: output.name };
  const file = basename(resolve(output.kind === "oci" ? output.dir : output.file))
    .toLowerCase()
    .replace(/\.(tar|oci)$/, "");
  return /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(file) ? { name: `${file}:latest` } : {};
}
