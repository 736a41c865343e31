import * as v from "valibot";
import { looseObject } from "../../schema.ts";
import { parse } from "../model/document.ts";
import { formatImageReference, type ImageReference } from "../model/reference.ts";
import type { RegistryOptions } from "../registry-options.ts";
import { openRepository } from "./client.ts";
import { pages } from "./pages.ts";
import { repositoryOf } from "./repository-of.ts";

const tagList = looseObject({ tags: v.nullish(v.array(v.string())) });

/**
 * The tags of a repository, sorted, however many pages they take.
 *
 * @throws CnbError IMAGE_NOT_FOUND when there is no such repository, REGISTRY_….
 * @example `const tags = await listTags(parseImageReference("example.com/app"))`
 */
export async function listTags(reference: ImageReference, options: RegistryOptions = {}): Promise<string[]> {
  const { registry, repository } = repositoryOf(reference, "list the tags of");
  const where = formatImageReference({ kind: "registry", registry, repository });
  const what = `list the tags of ${where}`;
  const client = await openRepository({ registry, repository }, "pull", what, options);
  const tags = new Set<string>();
  for await (const { bytes } of pages(client, "tags/list", what))
    for (const tag of parse(tagList, bytes, `the list of tags of ${where}`).tags ?? []) tags.add(tag);
  return [...tags].sort();
}
