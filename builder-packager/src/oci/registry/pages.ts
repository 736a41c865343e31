import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { maxDocumentBytes } from "../model/document.ts";
import { failure } from "./auth/ping.ts";
import type { RegistryClient } from "./client.ts";
import { bytesOf } from "./transport/body.ts";
import type { HttpResponse } from "./transport/transport.ts";

/** One page of a list that a registry returns. */
export interface Page {
  readonly bytes: Uint8Array;
  readonly response: HttpResponse;
}

/** No real list has more pages. A hostile registry could link pages without end. */
const maxPages = limits.pages.most;

/**
 * Reads the pages of a list. A header `Link: <…>; rel="next"` refers to the next page.
 *
 * @throws RegistryRefusal; CnbError REGISTRY_FAILED when the pages never end.
 */
export async function* pages(client: RegistryClient, path: string): AsyncGenerator<Page, void, undefined> {
  const seen = new Set<string>();
  for (let next: string | URL | undefined = path; next !== undefined; ) {
    const response = await client.send({ method: "GET", path: next, expect: [200] });
    const bytes = await bytesOf(response.body, maxDocumentBytes, () => tooLarge(client.purpose)).catch(
      (error: unknown) => {
        throw failure(client, error);
      },
    );
    yield { response, bytes };
    next = nextOf(response);
    if (next !== undefined && (seen.has(next.href) || seen.size > maxPages))
      throw new CnbError(
        "REGISTRY_FAILED",
        `cannot ${client.purpose}: the list that ${client.registry} returns has more than ${maxPages} pages, or repeats a page`,
      );
    if (next !== undefined) seen.add(next.href);
  }
}

function nextOf(response: HttpResponse): URL | undefined {
  for (const [, target = "", parameters = ""] of (response.header("link") ?? "").matchAll(/<([^>]*)>([^,<]*)/g)) {
    if (!/;\s*rel="?next"?\s*(;|$)/i.test(parameters.trim()) || !URL.canParse(target, response.url.href)) continue;
    const url = new URL(target, response.url);
    // Behind a proxy that does not set the scheme, registries assume plain http.
    if (url.host === response.url.host) url.protocol = response.url.protocol;
    return url;
  }
  return undefined;
}

const tooLarge = (purpose: string): CnbError =>
  new CnbError(
    "REGISTRY_FAILED",
    `cannot ${purpose}: one page of the registry's list is larger than ${maxDocumentBytes} bytes`,
  );
