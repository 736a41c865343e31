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

/** The meaning of a locator. */
export type Located =
  | { readonly kind: "builder-order" }
  | { readonly kind: "in-builder"; readonly id: string; readonly version: string }
  | { readonly kind: "place"; readonly location: ModuleLocation };

/**
 * Resolves a locator by pack's rules: an existing path, or else a buildpack of the builder, or else
 * an image name. `urn:cnb:builder:` selects one of the builder.
 *
 * @throws CnbError ARGUMENT_INVALID, BUILDPACK_NOT_FOUND, PROJECT_INVALID
 */
export async function locatedBuildpack(
  locator: Locator,
  known: KnownBuildpacks,
  kind: ModuleKind = "buildpack",
): Promise<Located> {
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
  return { kind: "place", location };
}

/** `id@version`, which no image is called. */
const isVersioned = (text: string): boolean => /^[^:]+@[^@:/]+$/.test(text);

/** The path that is named, if something is there, or a path is written. */
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

/** Before anything in it is read. */
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
      hint: `Paths in ${where} begin at ${where.startsWith("--") ? "the current folder" : "its folder"}.`,
    });
  });
}

const noRegistry = (text: string, where: string): CnbError =>
  new CnbError(
    "ARGUMENT_INVALID",
    `${where}: ${text} is in a buildpack registry on a Git server, which cnb does not query`,
    {
      hint: "Name the buildpack by its image: docker://REGISTRY/REPOSITORY@DIGEST.",
    },
  );
