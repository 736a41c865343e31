import { realpath } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { CnbError } from "../errors.ts";
import { outputTarget } from "../oci/files/output-target.ts";
import { formatImageReference, type ImageReference } from "../oci/model/reference.ts";

/** The real path of an image on this machine; undefined for a registry or a daemon. */
export async function outputPathOf(reference: ImageReference): Promise<string | undefined> {
  if (reference.kind === "oci") return realOutputPath(outputTarget(reference.dir));
  return "file" in reference ? realOutputPath(outputTarget(reference.file)) : undefined;
}

/** The real path of something that need not exist yet. */
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
  const hint = "Write the image to another path.";
  for (const output of outputs) {
    const location = await outputPathOf(output);
    if (location === undefined) continue;
    const name = formatImageReference(output);
    if (isWithin(await realOutputPath(app), location))
      throw new CnbError("ARGUMENT_INVALID", `the image ${name} would replace the application's folder ${app}`, {
        hint,
      });
    for (const { what, reference } of inputs) {
      const input = await outputPathOf(reference);
      if (input !== undefined && isWithin(location, input))
        throw new CnbError("ARGUMENT_INVALID", `the image ${name} would replace the ${what} that it is built from`, {
          hint,
        });
    }
  }
}

/**
 * The paths that cnb itself writes below the app's directory. They are not part of the app: with
 * the last build's image in it no two builds would be equal, and cnb's work directory would be
 * copied into itself.
 *
 * @returns the paths as the app's folder has them
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
