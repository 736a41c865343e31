import { resolve } from "node:path";
import { modulesOf, packageMainOf } from "../../config/module-labels.ts";
import { usedDirectory } from "../../config/used-directory.ts";
import { CnbError } from "../../errors.ts";
import { readImage } from "../../oci/image-io.ts";
import { digestOf } from "../../oci/model/digest.ts";
import type { Image } from "../../oci/model/image.ts";
import { labelsOf } from "../../oci/model/mutate.ts";
import { formatImageReference, type ImageReference } from "../../oci/model/reference.ts";
import { serializeImage } from "../../oci/model/serialize.ts";
import { moduleFromDirectory } from "./directory-module.ts";
import type { BuilderModule, ModuleKind } from "./module.ts";
import { fileLocation, type ModuleLocation } from "./module-uri.ts";
import { type ModuleSource, type SourceOptions, sectionOf } from "./source-options.ts";

/**
 * Reads the modules (buildpacks and extensions) at a location that does not contain sources to
 * compile. The main module comes first, then its members, sorted by id and version.
 */
export async function modulesAt(
  source: ModuleSource,
  location: Exclude<ModuleLocation, { kind: "source" }>,
  options: SourceOptions,
): Promise<readonly BuilderModule[]> {
  switch (location.kind) {
    case "directory": {
      const module = await moduleFromDirectory(location.dir, source.kind, options.store);
      options.registry?.usedModule?.(usedDirectory(module));
      return [module];
    }
    case "archive": {
      const { moduleFromArchive } = await import("./archive-module.ts");
      return [await moduleFromArchive(location.file, source, options)];
    }
    case "download": {
      const { downloadedModule } = await import("./download.ts");
      const found = await fileLocation(await downloadedModule(location.url, source, options));
      return modulesAt(source, found as typeof location, { ...options, lock: undefined });
    }
    case "image":
      return modulesInImage(source, location.reference, options);
  }
}

async function modulesInImage(
  source: ModuleSource,
  named: ImageReference,
  { lock, ...options }: SourceOptions,
): Promise<readonly BuilderModule[]> {
  const pinned = lock?.pinned(sectionOf(source), source.uri);
  const reference = pinned && named.kind === "registry" ? ({ ...named, digest: pinned } as ImageReference) : named;
  const image = await readImage(reference, options).catch((cause) => {
    throw isMissing(cause) && isShortName(named, source)
      ? neitherPathNorImage(cause, source, named, options.dir)
      : cause;
  });
  lock?.found(sectionOf(source), source.uri, digestOf(serializeImage(image).manifest));
  return packagedModules(image, formatImageReference(named), source);
}

const isMissing = (cause: unknown): cause is CnbError =>
  cause instanceof CnbError && ["IMAGE_NOT_FOUND", "REGISTRY_DENIED", "REGISTRY_UNREACHABLE"].includes(cause.code);

/** True for a name without a registry, such as `buildpacks/page`: a path, or an image of Docker Hub. */
const isShortName = (reference: ImageReference, { uri }: ModuleSource): boolean =>
  reference.kind === "registry" &&
  reference.registry === "docker.io" &&
  !/^(docker:\/\/|([^/]+\.)?docker\.io\/)/.test(uri);

function neitherPathNorImage(
  cause: CnbError,
  { kind, uri }: ModuleSource,
  image: ImageReference,
  dir: string,
): CnbError {
  return new CnbError(
    cause.code,
    `there is no ${kind} at ${resolve(dir, uri)}, and no image with this name either: ${cause.message}`,
    {
      cause: cause.cause,
      hint: `Correct the path of the ${kind}. To use an image, write docker://${formatImageReference(image)}.`,
    },
  );
}

/**
 * The modules (buildpacks and extensions) of a package. pack reads from its description what
 * layers' labels contain, too: id, version, name and homepage.
 */
function packagedModules(image: Image, where: string, { kind, uri }: ModuleSource): readonly BuilderModule[] {
  const all = modulesOf(image, where);
  const modules = all.filter((module) => module.kind === kind).map((module) => ({ ...module, description: {} }));
  if (modules.length === 0) throw otherKind(uri, kind, all);
  const main = labelsOf(image)["io.buildpacks.buildpackage.metadata"] ? packageMainOf(image, where) : undefined;
  const isMain = ({ id, version }: BuilderModule) => id === main?.id && version === main.version;
  return [...modules.filter(isMain), ...modules.filter((module) => !isMain(module)).sort(byIdAndVersion)];
}

/**
 * Creates the error for an extension package that is listed under `[[buildpacks]]`, or a buildpack
 * package under `[[extensions]]`. Such an entry is an error because pack accepts it but adds
 * nothing to the builder.
 */
export function otherKind(uri: string, kind: ModuleKind, found: readonly BuilderModule[]): CnbError {
  const other = kind === "buildpack" ? "extension" : "buildpack";
  const names = found.map(({ id, version }) => `${id}@${version}`).join(", ");
  return new CnbError(
    "BUILDER_INVALID",
    `${uri} in [[${kind}s]] contains the ${other}${found.length === 1 ? "" : "s"} ${names}`,
    {
      hint: `Move this entry to [[${other}s]] in builder.toml.`,
    },
  );
}

const byIdAndVersion = (a: BuilderModule, b: BuilderModule): number =>
  compare(a.id, b.id) || compare(a.version, b.version);
const compare = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
