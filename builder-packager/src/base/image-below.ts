import { defined } from "../defined.ts";
import { CnbError } from "../errors.ts";
import { readImage } from "../oci/image-io.ts";
import type { BlobStore } from "../oci/layers/blob-store.ts";
import type { Digest } from "../oci/model/digest.ts";
import type { Image } from "../oci/model/image.ts";
import { formatImageReference, type ImageReference } from "../oci/model/reference.ts";
import { serializeImage } from "../oci/model/serialize.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import { parseDeb822, type Stanza } from "./archive/deb822.ts";
import { type BinaryPackage, packageOf } from "./archive/package-index.ts";
import type { DpkgRecords } from "./packages/dpkg-records.ts";
import { canonicalPath, type FileTree, fileAt } from "./tree/file-tree.ts";
import { treeOfImage } from "./tree/image-tree.ts";

/** An image of a Debian-like distribution that a base image extends with `--extend`. */
export interface ImageBelow {
  /** The name of the image, as the user gave it. */
  readonly name: string;
  readonly image: Image;
  /** The digest of the image's manifest. */
  readonly digest: Digest;
  readonly tree: FileTree;
  readonly records: DpkgRecords;
  readonly packages: readonly BinaryPackage[];
  /** The records of the image's installed packages, by package name. */
  readonly stanzas: ReadonlyMap<string, Stanza>;
}

export interface BelowOptions {
  readonly architecture: string;
  readonly registry?: RegistryOptions | undefined;
  readonly store: BlobStore;
  /** The digest of the manifest pinned in a lock file, if any. */
  readonly digest?: Digest | undefined;
}

/**
 * Reads an image of a Debian-like distribution with its installed packages.
 *
 * @throws CnbError BASE_EXTEND_UNSUPPORTED when the image has no records of packages; the errors of
 * reading an image
 */
export async function readImageBelow(reference: ImageReference, options: BelowOptions): Promise<ImageBelow> {
  const { architecture, registry, store, digest } = options;
  const pinned = digest && reference.kind === "registry" ? { ...reference, digest } : reference;
  const platform = { os: "linux", architecture };
  const image = await readImage(pinned, { platform, store, ...defined({ registry }) });
  const name = formatImageReference(reference);
  if (image.config.architecture !== architecture || image.config.os !== "linux")
    throw unsupported(
      `${name} is for ${image.config.os}/${image.config.architecture}, not linux/${architecture}`,
      `Extend an image for linux/${architecture}, or choose another --arch.`,
    );
  const tree = await treeOfImage(image, registry?.signal);
  const records = recordsIn(tree, name);
  const stanzas = stanzasIn(tree, records, name);
  markOwners(tree);
  const packages = [...stanzas.values()].map((stanza) => packageOf(stanza, name, nowhere));
  return { name, image, tree, records, stanzas, packages, digest: serializeImage(image).manifestDigest };
}

/** The source of installed packages, which need none. */
const nowhere = { filename: "", urls: [], size: 0, sha256: "" };

function recordsIn(tree: FileTree, name: string): DpkgRecords {
  if (fileAt(tree, "var/lib/dpkg/status")) return "database";
  if ([...tree.keys()].some((path) => path.startsWith("var/lib/dpkg/status.d/"))) return "status.d";
  throw unsupported(
    `${name} has no dpkg database: it is not an image of Debian or a derived distribution`,
    "Extend an image of Debian or a derived distribution.",
  );
}

function stanzasIn(tree: FileTree, records: DpkgRecords, name: string): Map<string, Stanza> {
  const paths = [...tree.keys()].filter((path) => /^var\/lib\/dpkg\/status\.d\/.+(?<!\.md5sums)$/.test(path));
  const files = records === "database" ? ["var/lib/dpkg/status"] : paths;
  const stanzas = files.flatMap((path) =>
    parseDeb822(textAt(tree, path), `/${path} in ${name}`, "The image is damaged. Extend another image."),
  );
  const installed = stanzas.filter((stanza) => (stanza.get("status") ?? "installed").endsWith("installed"));
  return new Map(installed.map((stanza) => [stanza.get("package") ?? "", stanza]));
}

/**
 * Records the owners of files: a new package may not replace other packages' files, but files
 * without an owner.
 */
function markOwners(tree: FileTree): void {
  for (const path of [...tree.keys()]) {
    const [, list, sums] =
      /^var\/lib\/dpkg\/(?:info\/([^/:]+)(?::[^/]+)?\.list|status\.d\/([^/]+)\.md5sums)$/.exec(path) ?? [];
    const owner = list ?? sums;
    if (owner === undefined) continue;
    for (const line of textAt(tree, path).split("\n")) {
      const file = canonicalPath(tree, sums === undefined ? line : line.slice(34), "keep");
      const node = tree.get(file);
      if (node && node.type !== "directory") tree.set(file, { ...node, owner });
    }
  }
}

export interface ArchiveFacts {
  readonly suite: string;
  readonly codename?: string | undefined;
}

/**
 * Refuses to extend an image of another distribution or release, because libraries of one do not
 * match programs of the other.
 *
 * @throws CnbError BASE_EXTEND_UNSUPPORTED
 */
export function checkSameRelease({ name, tree }: ImageBelow, { suite, codename }: ArchiveFacts): void {
  const text = textAt(tree, "etc/os-release");
  const field = (key: string) => new RegExp(`^${key}=["']?([^"'\\n]*)["']?$`, "m").exec(text)?.[1];
  const release = field("VERSION_CODENAME");
  if (release !== undefined && [suite, codename].includes(release)) return;
  const what = field("PRETTY_NAME") ?? [field("ID"), field("VERSION_ID")].filter(Boolean).join(" ");
  throw unsupported(
    `${name} is based on ${what || "an unknown distribution"}${release ? ` (${release})` : ""}, but the packages are for ${codename ?? suite}`,
    "Extend an image of the same release, or pass the suite of the image with --suite.",
  );
}

const textAt = (tree: FileTree, path: string): string => Buffer.from(fileAt(tree, path) ?? "").toString("utf8");

const unsupported = (message: string, hint: string): CnbError =>
  new CnbError("BASE_EXTEND_UNSUPPORTED", message, { hint });
