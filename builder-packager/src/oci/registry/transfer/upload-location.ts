import { CnbError } from "../../../errors.ts";
import type { HttpResponse } from "../transport/transport.ts";

/** The content type of uploads; without it, Debian's registry parses a body as a form and loses it. */
export const octets = { "content-type": "application/octet-stream" };

/** The URL at which an upload continues: it may be relative, and change with every response. */
export function uploadLocation(answer: HttpResponse, what: string): URL {
  const location = answer.header("location");
  if (location === undefined || !URL.canParse(location, answer.url.href))
    throw new CnbError("REGISTRY_FAILED", `cannot ${what}: the registry gave no upload location`);
  const url = new URL(location, answer.url);
  // Behind a proxy that does not say so, registries believe that they are spoken to by plain http.
  if (url.host === answer.url.host) url.protocol = answer.url.protocol;
  return url;
}

/**
 * The number of bytes that the registry has, from the `Range` of its response; undefined if it is
 * missing.
 */
export function storedBytes(answer: HttpResponse): number | undefined {
  const end = /^(?:bytes=)?0-(\d+)$/.exec(answer.header("range") ?? "")?.[1];
  // Nothing at all has no range of its own: registries write it as if it were one byte.
  return end === undefined ? undefined : end === "0" ? 0 : Number(end) + 1;
}
