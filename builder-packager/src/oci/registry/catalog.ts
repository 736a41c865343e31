import * as v from "valibot";
import { looseObject } from "../../schema.ts";
import { parse } from "../model/document.ts";
import type { RegistryOptions } from "../registry-options.ts";
import { openCatalog } from "./client.ts";
import { pages } from "./pages.ts";

const repositoryList = looseObject({ repositories: v.nullish(v.array(v.string())) });

/**
 * Lists the repositories of a registry, sorted, from all pages of the list. Docker Hub and many
 * others do not provide this list.
 *
 * @throws CnbError REGISTRY_….
 * @example `const names = await repositories("registry.example.com:5000")`
 */
export async function listRepositories(registry: string, options: RegistryOptions = {}): Promise<string[]> {
  const client = await openCatalog(registry, `list the repositories of ${registry}`, options);
  const repositories = new Set<string>();
  for await (const { bytes } of pages(client, "_catalog"))
    for (const name of parse(repositoryList, bytes, `the list of repositories of ${registry}`).repositories ?? [])
      repositories.add(name);
  return [...repositories].sort();
}
