import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type ModuleLocation, moduleLocation } from "../builder/modules/module-uri.ts";
import type { ModuleKind } from "../config/module-descriptor.ts";
import { CnbError } from "../errors.ts";
import { exists } from "../files/exists.ts";
import { parseImageReference } from "../oci/model/reference.ts";
import { checkConfinedLayout, checkConfinedLocation, checkConfinedModule } from "../platform/confined.ts";
import { isKnown, type KnownBuildpacks, knownBuildpack } from "./builder-buildpacks.ts";
import type { Locator } from "./declared-buildpacks.ts";

/** The result of resolving the location of a buildpack. */
export type BuildpackLocation =
  | { readonly kind: "builder-order" }
  | { readonly kind: "in-builder"; readonly id: string; readonly version: string }
  | { readonly kind: "location"; readonly location: ModuleLocation };

/**
 * Resolves the location of a buildpack by pack's rules: as an existing path, as a buildpack of the
 * builder, or as an image name, in this order. `urn:cnb:builder:` always selects a buildpack of the
 * builder.
 *
 * @throws CnbError ARGUMENT_INVALID, BUILDPACK_NOT_FOUND, PROJECT_INVALID
 */
export async function locatedBuildpack(
  locator: Locator,
  known: KnownBuildpacks,
  kind: ModuleKind = "buildpack",
): Promise<BuildpackLocation> {
  const { text, where } = locator;
  if (text === "from=builder") return { kind: "builder-order" };
  const ofBuilder = /^(?:urn:cnb:builder|from=builder):(.+)$/s.exec(text)?.[1];
  if (ofBuilder !== undefined) return { kind: "in-builder", ...knownBuildpack(ofBuilder, known, where) };
  if (text.startsWith("urn:cnb:registry:")) throw noRegistry(text, where);
  await checkConfinedLocation(locator.dir, locator);
  const path = await localPath(locator);
  if (path === undefined && (isKnown(text, known) || isVersioned(text)))
    return { kind: "in-builder", ...knownBuildpack(text, known, where) };
  await checkFolder(path, locator);
  const location = await locationOf(locator, kind);
  if (location.kind === "image" && location.reference.kind === "oci")
    await checkConfinedLayout(location.reference.dir, locator);
  return { kind: "location", location };
}

/** True for `id@version`, which is not the name of an image. */
const isVersioned = (text: string): boolean => /^[^:]+@[^@:/]+$/.test(text);

/**
 * The local path that a locator refers to: an existing path, or any path in a notation for files.
 */
async function localPath({ text, dir }: Locator): Promise<string | undefined> {
  if (text.startsWith("file://")) return fileURLToPath(text);
  if (/^(oci|oci-archive|docker-archive):/.test(text)) {
    const reference = parseImageReference(text);
    if ("dir" in reference) return resolve(dir, reference.dir);
    return "file" in reference ? resolve(dir, reference.file) : undefined;
  }
  const path = resolve(dir, text);
  return (await exists(path)) ? path : undefined;
}

/** Checks a directory before any file in it is read. */
async function checkFolder(path: string | undefined, { confinedTo }: Locator): Promise<void> {
  const facts = path === undefined ? undefined : await stat(path).catch(() => undefined);
  if (path !== undefined && facts?.isDirectory()) await checkConfinedModule(path, confinedTo);
}

async function locationOf({ text, dir, where, confinedTo }: Locator, kind: ModuleKind): Promise<ModuleLocation> {
  const facts = await stat(resolve(dir, text)).catch(() => undefined);
  return moduleLocation(facts ? resolve(dir, text) : text, kind, dir, confinedTo).catch((cause) => {
    if (!(cause instanceof CnbError) || cause.code !== "BUILDPACK_NOT_FOUND") throw cause;
    throw new CnbError("BUILDPACK_NOT_FOUND", `${where}: ${cause.message}`, {
      cause: cause.cause,
      hint: `Correct the path. Paths in ${where} are relative to ${where.startsWith("--") ? "the current directory" : "the directory of this file"}.`,
    });
  });
}

const noRegistry = (text: string, where: string): CnbError =>
  new CnbError(
    "ARGUMENT_INVALID",
    `${where}: ${text} refers to a buildpack registry on a Git server, which cnb does not query`,
    {
      hint: "Use the image of the buildpack: docker://REGISTRY/REPOSITORY@DIGEST.",
    },
  );
