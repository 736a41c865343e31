import { CnbError } from "../errors.ts";
import { type ImageReference, parseImageReference } from "../oci/model/reference.ts";
import { listRepositories } from "../oci/registry/catalog.ts";
import { listTags } from "../oci/registry/tags.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import { goGlob } from "../platform/formats/glob.ts";

/**
 * The images in a text, one per line; empty lines, comments after `#` and duplicates are omitted.
 *
 * @throws CnbError IMAGE_REFERENCE_INVALID with the line that it stands in
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
    throw new CnbError("IMAGE_REFERENCE_INVALID", `line ${line} of the list: ${error.message}`, { cause: error });
  }
}

/** A pattern of names: `*` and `?` do not cross a slash. */
export interface NamePattern {
  readonly registry: string;
  readonly repositories: string;
  readonly tags: string;
}

/**
 * The parts of `example.com/shop/*:latest`; without a tag the tag `latest` is meant.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export function namePattern(text: string): NamePattern {
  const [, registry = "", repositories = "", tags = "latest"] =
    /^([^/*?[\]]+)\/([^:]+?)(?::([^:/]+))?$/.exec(text) ?? [];
  if (registry !== "" && isGlob(repositories) && isGlob(tags)) return { registry, repositories, tags };
  throw new CnbError("ARGUMENT_INVALID", `--filter ${text} is not a pattern of image names`, {
    hint: 'Write it as "example.com/shop/*:latest": the registry itself has no *.',
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

/** The images of a registry whose names match the pattern. */
export async function imagesMatching(
  pattern: NamePattern,
  options: RegistryOptions,
): Promise<readonly ImageReference[]> {
  const { registry, repositories, tags } = pattern;
  const [isWanted, isTag] = [goGlob(repositories), goGlob(tags)];
  const found = (await listRepositories(registry, options)).filter((name) => isWanted.test(name));
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
