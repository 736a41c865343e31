import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CnbError } from "../../errors.ts";
import { exists } from "../../files/exists.ts";
import { openArchive } from "../../oci/files/archive-file.ts";
import { type ImageReference, parseImageReference } from "../../oci/model/reference.ts";
import type { ModuleKind } from "./module.ts";

/** The location that a `uri` of builder.toml names. */
export type ModuleLocation =
  /** A buildpackage. */
  | { readonly kind: "image"; readonly reference: ImageReference }
  /** A directory with a prebuilt buildpack or extension. */
  | { readonly kind: "directory"; readonly dir: string }
  /** A directory with a buildpack or extension to compile. */
  | { readonly kind: "source"; readonly dir: string; readonly id: string; readonly version: string }
  /** A tar archive of a prebuilt directory. */
  | { readonly kind: "archive"; readonly file: string }
  | { readonly kind: "download"; readonly url: string };

/**
 * Resolves a `uri` in builder.toml. As in pack, a string that is not an existing path is an image
 * name. Paths that lead out of `confinedTo` are refused.
 *
 * @throws CnbError BUILDPACK_NOT_FOUND, IMAGE_REFERENCE_INVALID
 */
export async function moduleLocation(
  uri: string,
  kind: ModuleKind,
  dir: string,
  confinedTo?: string,
): Promise<ModuleLocation> {
  if (/^https?:\/\//i.test(uri)) return { kind: "download", url: uri };
  if (/^(oci|oci-archive|docker-archive|docker-daemon):|^docker:\/\//.test(uri))
    return { kind: "image", reference: imageReferenceIn(dir, uri) };
  const path = uri.startsWith("file://") ? fileURLToPath(uri) : resolve(dir, uri);
  const facts = await stat(path).catch(() => undefined);
  if (facts?.isFile()) return fileLocation(path);
  if (facts?.isDirectory()) return directoryLocation(path, kind, confinedTo);
  if (!/^([./~]|file:)|\.(cnb|tar|tgz|tar\.gz)$/.test(uri))
    return { kind: "image", reference: imageReferenceIn(dir, uri) };
  throw new CnbError("BUILDPACK_NOT_FOUND", `there is no ${kind} at ${path}`, {
    hint: "Correct the path. Paths in builder.toml are relative to the directory of builder.toml.",
  });
}

/** Parses an image reference. Paths in it are relative to the directory of builder.toml. */
export function imageReferenceIn(dir: string, text: string): ImageReference {
  const reference = parseImageReference(text);
  if ("dir" in reference) return { ...reference, dir: resolve(dir, reference.dir) };
  return "file" in reference ? { ...reference, file: resolve(dir, reference.file) } : reference;
}

/** Recognizes a `.cnb` file by its content, as pack does. */
export async function fileLocation(file: string): Promise<ModuleLocation> {
  const archive = await openArchive(file, file).catch(() => undefined);
  const isModule = ["buildpack.toml", "extension.toml"].some((name) => archive?.sizeOf(name) !== undefined);
  return isModule ? { kind: "archive", file } : { kind: "image", reference: { kind: "oci-archive", file } };
}

async function directoryLocation(
  dir: string,
  kind: ModuleKind,
  confinedTo: string | undefined,
): Promise<ModuleLocation> {
  if (await exists(join(dir, "oci-layout"))) return { kind: "image", reference: { kind: "oci", dir } };
  if (await hasPlatformFolders(dir)) return { kind: "source", dir, ...(await identityIn(dir, kind)) };
  const isProject = (await exists(join(dir, "package.json"))) || (await exists(join(dir, "src", `${kind}.ts`)));
  if (!isProject) return { kind: "directory", dir };
  const { readSource } = await import("../../buildpackage/sources/source.ts");
  const { content, id, version } = await readSource(dir, kind, undefined, confinedTo);
  return content.kind === "prebuilt" ? { kind: "directory", dir } : { kind: "source", dir, id, version };
}

/**
 * True for programs in a directory per platform, as in packages for several platforms:
 * `linux/arm64/bin/build`.
 */
const hasPlatformFolders = async (dir: string): Promise<boolean> =>
  (await exists(join(dir, "linux"))) && !(await exists(join(dir, "bin")));

async function identityIn(dir: string, kind: ModuleKind): Promise<{ readonly id: string; readonly version: string }> {
  const { readDescriptor } = await import("../../buildpackage/sources/source.ts");
  const { id, version } = (await readDescriptor(dir, kind)).descriptor.buildpack;
  return { id, version };
}
