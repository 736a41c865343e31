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
 * Lists the tags of a repository, sorted, from all pages of the list.
 *
 * @throws CnbError IMAGE_NOT_FOUND when there is no such repository, REGISTRY_….
 * @example `const names = await tags(parseImageReference("example.com/app"))`
 */
export async function listTags(reference: ImageReference, options: RegistryOptions = {}): Promise<string[]> {
  const { registry, repository } = repositoryOf(reference, "list the tags of");
  const where = formatImageReference({ kind: "registry", registry, repository });
  const client = await openRepository({ registry, repository }, "pull", `list the tags of ${where}`, options);
  const tags = new Set<string>();
  for await (const { bytes } of pages(client, "tags/list"))
    for (const tag of parse(tagList, bytes, `the list of tags of ${where}`).tags ?? []) tags.add(tag);
  return [...tags].sort();
}
