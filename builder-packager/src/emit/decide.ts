import { posix } from "node:path";
import { defined } from "../defined.ts";
import { CnbError } from "../errors.ts";
import {
  formatImageReference,
  type ImageReference,
  parseImageReference,
  type RegistryReference,
} from "../oci/model/reference.ts";
import { namePattern } from "../rebase/image-list.ts";

/** The options of `cnb emit` that can be checked without reading an image. */
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

/** The checked names in a manifest, as {@link decideNames} returns them. */
export interface DecidedNames {
  readonly name: string;
  readonly image: string;
  readonly repository: string;
  readonly cacheImage: string;
  readonly path: string;
}

/**
 * Checks and completes the names in a manifest. The names become parts of expressions and scripts
 * of CI systems, so only names without characters that have a special meaning there are accepted.
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
 * Returns the reference if it is in a registry, from which a cluster can pull the image.
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

/**
 * Returns the environment variables of project.toml if each name can be part of a script and the name
 * of an XML element.
 *
 * @throws CnbError ARGUMENT_INVALID for another name
 */
export function checkedVariables<T extends { readonly name: string }>(env: readonly T[]): readonly T[] {
  for (const { name } of env)
    if (!/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name))
      throw invalid(
        `${JSON.stringify(name)} in project.toml is not a name of a variable`,
        "Use letters, digits, underscores, dots and hyphens in the names of environment variables.",
      );
  return env;
}

/** Formats the name of an image with its current digest. */
export const pinnedName = ({ registry, repository, tag }: RegistryReference, digest: string): string =>
  `${registry}/${repository}${tag === undefined ? "" : `:${tag}`}@${digest}`;

/** Returns true if the name of an image contains a digest. */
export const isPinned = (name: string): boolean => name.includes("@");

/**
 * Validates the URL and the revision of a Git repository.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export function checkedGit(
  url: string | undefined,
  revision: string,
  kind: string,
): { readonly git: string; readonly revision: string } {
  if (url === undefined)
    throw invalid(
      `cnb emit ${kind} needs the repository of the app`,
      "Add --git URL, such as --git https://example.com/shop.git.",
    );
  const fetcher = { kubernetes: "the Job", tekton: "the Task" }[kind];
  if (fetcher !== undefined && !/^https?:/.test(url))
    throw invalid(
      `--git ${JSON.stringify(url)} is not an http:// or https:// URL`,
      `Use the https:// URL of the repository: ${fetcher} has no SSH key.`,
    );
  if (/^(https?|ssh):\/\/[\x21-\x7e]+$|^[\w.-]+@[\w.-]+:[\x21-\x7e]+$/.test(url)) return { git: url, revision };
  throw invalid(
    `--git ${JSON.stringify(url)} is not the URL of a git repository`,
    "Use https://…, ssh://… or user@host:path.",
  );
}

/** The options of a Job that rebases the images of a pattern. */
export interface RebaseNames {
  /** @default "images" */
  readonly name?: string;
  readonly filter?: string;
  /** The number of parts, as in the option. */
  readonly shards: string;
  readonly schedule?: string;
}

/**
 * Decides a Job that rebases the images of a pattern.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export function decideRebase({ name = "images", filter, shards, schedule }: RebaseNames) {
  if (filter === undefined)
    throw invalid(
      "cnb emit kubernetes-rebase needs a pattern of image names",
      'Add --filter, such as --filter "registry.example.com/shop/*:latest".',
    );
  namePattern(filter);
  return {
    name: shortName(checkedName(name)),
    filter,
    shards: shardCount(shards),
    ...defined({ schedule: checkedSchedule(schedule) }),
  };
}

function shardCount(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw invalid(`--shards ${text} is not a number of pods`, "Use a number from 1 to 9999.");
}

/**
 * Kubernetes refuses an indexed Job if its name and the index of the last pod have more than 63
 * characters together: `rebase-NAME-HASH-9998`.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export function shortName(name: string): string {
  if (name.length <= 42) return name;
  throw invalid(`${name} is too long for the name of a Job`, "Use --name with at most 42 characters.");
}

/**
 * Validates the form of a schedule.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export function checkedSchedule(schedule: string | undefined): string | undefined {
  if (schedule === undefined || /^@[a-z]+$|^[\w*/,-]+( [\w*/,-]+){4}$/.test(schedule)) return schedule;
  throw invalid(
    `--schedule ${JSON.stringify(schedule)} is not a schedule of cron`,
    'Use five fields, such as --schedule "0 3 * * *".',
  );
}

const invalid = (text: string, hint: string): CnbError => new CnbError("ARGUMENT_INVALID", text, { hint });
