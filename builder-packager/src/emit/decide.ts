import { posix } from "node:path";
import { CnbError } from "../errors.ts";
import {
  formatImageReference,
  type ImageReference,
  parseImageReference,
  type RegistryReference,
} from "../oci/model/reference.ts";

/** The options of `cnb emit` that are decided without reading an image. */
export interface EmitNames {
  /** The image to build. */
  readonly image: string;
  /** @default the last part of the image's repository */
  readonly name?: string;
  /** @default the tag `cache` of the image's repository */
  readonly cacheImage?: string;
  /** The app's directory in its repository. @default "." */
  readonly path?: string;
}

/** The decided names. */
export interface DecidedNames {
  readonly name: string;
  readonly image: string;
  readonly repository: string;
  readonly cacheImage: string;
  readonly path: string;
}

/**
 * Decides the names in a manifest. They become parts of expressions and scripts of CI systems, so
 * only names that mean nothing there are accepted.
 *
 * @throws CnbError ARGUMENT_INVALID, IMAGE_REFERENCE_INVALID
 */
export function decideNames({ image, name, cacheImage, path = "." }: EmitNames): DecidedNames {
  const output = inRegistry(parseImageReference(image), "the image to build");
  if (output.digest !== undefined)
    throw invalid(
      `the image to build, ${image}, has a digest`,
      "Use a name with a tag: a build writes another digest.",
    );
  const repository = `${output.registry}/${output.repository}`;
  const cache = inRegistry(parseImageReference(cacheImage ?? `${repository}:cache`), "the cache image");
  return {
    name: checkedName(name ?? output.repository.replace(/^.*\//, "").replaceAll(/[._]+/g, "-")),
    image: `${repository}:${output.tag ?? "latest"}`,
    repository,
    cacheImage: formatImageReference(cache),
    path: checkedPath(path),
  };
}

/**
 * Returns a reference in a registry, which a cluster can pull.
 *
 * @throws CnbError ARGUMENT_INVALID for an image outside a registry
 */
export function inRegistry(reference: ImageReference, what: string): RegistryReference {
  if (reference.kind === "registry") return reference;
  throw invalid(
    `${what}, ${formatImageReference(reference)}, is not in a registry`,
    "Publish it, for example with cnb copy, and use its name there: clusters and CI systems pull images from registries.",
  );
}

/** A label of DNS, as Kubernetes demands of names, with room for a prefix. */
function checkedName(name: string): string {
  if (/^[a-z0-9]([a-z0-9-]{0,50}[a-z0-9])?$/.test(name)) return name;
  throw invalid(
    `${JSON.stringify(name)} is not a name for Kubernetes objects and jobs`,
    "Use --name with at most 52 lower-case letters, digits and hyphens.",
  );
}

function checkedPath(path: string): string {
  const normal = posix.normalize(path).replace(/\/$/, "");
  const isInside = !posix.isAbsolute(normal) && normal !== ".." && !normal.startsWith("../");
  if (isInside && /^[A-Za-z0-9._/-]+$/.test(normal) && !normal.startsWith("-")) return normal;
  throw invalid(
    `--path ${path} is not a directory below the root of the app's repository`,
    "Use a relative path of letters, digits, dots, hyphens and underscores.",
  );
}

/** Returns the name of an image with its current digest. */
export const pinnedName = ({ registry, repository, tag }: RegistryReference, digest: string): string =>
  `${registry}/${repository}${tag === undefined ? "" : `:${tag}`}@${digest}`;

/** Validates the URL and the revision of a Git repository. @throws CnbError ARGUMENT_INVALID */
export function checkedGit(
  url: string | undefined,
  revision: string,
): { readonly git: string; readonly revision: string } {
  if (url === undefined)
    throw invalid(
      "cnb emit kpack needs the repository of the app",
      "Add --git URL, such as --git https://example.com/shop.git.",
    );
  if (/^(https?|ssh):\/\/[\x21-\x7e]+$|^[\w.-]+@[\w.-]+:[\x21-\x7e]+$/.test(url)) return { git: url, revision };
  throw invalid(
    `--git ${JSON.stringify(url)} is not the URL of a git repository`,
    "Use https://…, ssh://… or user@host:path.",
  );
}

const invalid = (text: string, hint: string): CnbError => new CnbError("ARGUMENT_INVALID", text, { hint });
