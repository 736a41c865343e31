import { realpath } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { CnbError } from "../errors.ts";
import { outputTarget } from "../oci/files/output-target.ts";
import { formatImageReference, type ImageReference } from "../oci/model/reference.ts";

/**
 * Returns the real path of an image on this machine; undefined for an image in a registry or a
 * container engine.
 */
export async function outputPathOf(reference: ImageReference): Promise<string | undefined> {
  if (reference.kind === "oci") return realOutputPath(outputTarget(reference.dir));
  return "file" in reference ? realOutputPath(outputTarget(reference.file)) : undefined;
}

/** Returns the real path of a file or directory that may not exist yet. */
export async function realOutputPath(path: string): Promise<string> {
  const absolute = resolve(path);
  const parent = dirname(absolute);
  return realpath(absolute).catch(async () =>
    parent === absolute ? absolute : join(await realOutputPath(parent), basename(absolute)),
  );
}

/** True if `path` is `dir` or below it. */
export const isWithin = (path: string, dir: string): boolean =>
  path === dir || path.startsWith(dir.endsWith(sep) ? dir : dir + sep);

/**
 * Refuses an output that would replace an input of the build: its app, builder or run image.
 *
 * @throws CnbError ARGUMENT_INVALID.
 */
export async function checkOutputPaths(
  outputs: readonly ImageReference[],
  inputs: readonly { readonly what: string; readonly reference: ImageReference }[],
  app: string,
): Promise<void> {
  const hint = "Write the image to another path, for example oci:../image.";
  for (const output of outputs) {
    const location = await outputPathOf(output);
    if (location === undefined) continue;
    const name = formatImageReference(output);
    if (isWithin(await realOutputPath(app), location))
      throw new CnbError("ARGUMENT_INVALID", `the image ${name} would overwrite the application's directory ${app}`, {
        hint,
      });
    for (const { what, reference } of inputs) {
      const input = await outputPathOf(reference);
      if (input !== undefined && isWithin(location, input))
        throw new CnbError(
          "ARGUMENT_INVALID",
          `the image ${name} would overwrite the ${what} ${formatImageReference(reference)}, from which it is built`,
          {
            hint,
          },
        );
    }
  }
}

/**
 * Finds the paths below the app's directory to which cnb itself writes, such as the output. They
 * are not part of the app. Otherwise, each image would contain the previous one, and cnb's work
 * directory would be copied into itself.
 *
 * @returns paths relative to the app's directory
 */
export async function ownOutputPaths(
  app: string,
  outputs: readonly ImageReference[],
  folders: readonly string[],
): Promise<ReadonlySet<string>> {
  const root = await realpath(app);
  const locations = await Promise.all([...outputs.map(outputPathOf), ...folders.map(realOutputPath)]);
  return new Set(
    locations
      .filter((location) => location !== undefined && location !== root && isWithin(location, root))
      .map((location) => relative(root, location as string)),
  );
}
