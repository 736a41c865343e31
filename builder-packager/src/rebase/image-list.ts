import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { defined } from "../defined.ts";
import { CnbError } from "../errors.ts";
import { type ImageReference, parseImageReference } from "../oci/model/reference.ts";
import { listRepositories } from "../oci/registry/catalog.ts";
import { listTags } from "../oci/registry/tags.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import { goGlob } from "../platform/formats/glob.ts";
import { isInShard, repositoryName, type Shard } from "./shard.ts";

/**
 * Reads a file that lists images, one per line; `-` is the standard input.
 *
 * @throws CnbError ARGUMENT_INVALID if it cannot be read, IMAGE_REFERENCE_INVALID with the line number
 */
export async function readImageList(file: string): Promise<readonly ImageReference[]> {
  const content = await (file === "-" ? text(process.stdin) : readFile(file, "utf8")).catch((cause: Error) => {
    throw new CnbError("ARGUMENT_INVALID", `cannot read the image list ${file}: ${cause.message}`, {
      cause,
      hint: 'Pass the path of a file with one image name per line to --from, or "-" for the standard input.',
    });
  });
  return imagesListed(content);
}

/**
 * Parses the images in a text, one per line. Empty lines, comments after `#` and duplicates are
 * skipped.
 *
 * @throws CnbError IMAGE_REFERENCE_INVALID with the line number
 */
export function imagesListed(text: string): readonly ImageReference[] {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/(^|\s)#.*$/, "").trim());
  const names = new Map<string, number>();
  for (const [at, name] of lines.entries()) if (name !== "" && !names.has(name)) names.set(name, at + 1);
  return [...names].map(([name, line]) => parsedAt(name, line));
}

function parsedAt(name: string, line: number): ImageReference {
  try {
    return parseImageReference(name);
  } catch (error) {
    if (!(error instanceof CnbError)) throw error;
    throw new CnbError("IMAGE_REFERENCE_INVALID", `line ${line} of the image list: ${error.message}`, {
      cause: error,
      ...defined({ hint: error.hint }),
    });
  }
}

/** A pattern of image names. `*` and `?` do not match a slash. */
export interface NamePattern {
  readonly registry: string;
  readonly repositories: string;
  readonly tags: string;
}

/**
 * Parses a pattern such as `example.com/shop/*:latest`. The default tag is `latest`.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export function namePattern(text: string): NamePattern {
  const [, registry = "", repositories = "", tags = "latest"] =
    /^([^/*?[\]]+)\/([^:]+?)(?::([^:/]+))?$/.exec(text) ?? [];
  if (registry !== "" && isGlob(repositories) && isGlob(tags)) return { registry, repositories, tags };
  throw new CnbError("ARGUMENT_INVALID", `--filter ${text} is not a pattern of image names`, {
    hint: 'Use a pattern such as "example.com/shop/*:latest". The name of the registry must not contain "*".',
  });
}

function isGlob(pattern: string): boolean {
  try {
    goGlob(pattern);
    return true;
  } catch {
    return false;
  }
}

/**
 * Lists the images in a registry whose names match the pattern. If a shard is given, only
 * repositories in that shard are searched, so the tags of other repositories are not requested.
 */
export async function imagesMatching(
  pattern: NamePattern,
  options: RegistryOptions,
  shard?: Shard,
): Promise<readonly ImageReference[]> {
  const { registry, repositories, tags } = pattern;
  const [isWanted, isTag] = [goGlob(repositories), goGlob(tags)];
  const matching = (await listRepositories(registry, options)).filter((name) => isWanted.test(name));
  const found = shard ? matching.filter((name) => isInShard(repositoryName(registry, name), shard)) : matching;
  const images: ImageReference[] = [];
  for (const repository of found) {
    const named = await listTags({ kind: "registry", registry, repository }, options);
    images.push(
      ...named
        .filter((tag) => isTag.test(tag))
        .map((tag) => ({ kind: "registry", registry, repository, tag }) as const),
    );
  }
  return images;
}
