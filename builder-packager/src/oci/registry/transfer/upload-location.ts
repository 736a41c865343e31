import { CnbError } from "../../../errors.ts";
import type { HttpResponse } from "../transport/transport.ts";

/**
 * The content type of uploads. Without it, the registry that Debian packages parses the body as a
 * form, so the content is lost.
 */
export const octets = { "content-type": "application/octet-stream" };

/**
 * Returns the URL at which an upload continues. The URL may be relative, and may change with every
 * response.
 */
export function uploadLocation(answer: HttpResponse, purpose: string): URL {
  const location = answer.header("location");
  if (location === undefined || !URL.canParse(location, answer.url.href))
    throw new CnbError(
      "REGISTRY_FAILED",
      `cannot ${purpose}: the response of ${answer.url.host} to an upload has no valid Location header`,
      { hint: "Check that this host is a registry and not a proxy, or contact the operator of the registry." },
    );
  const url = new URL(location, answer.url);
  // Behind a proxy that does not set the scheme, registries assume plain http.
  if (url.host === answer.url.host) url.protocol = answer.url.protocol;
  return url;
}

/**
 * Returns the number of bytes that the registry has received, from the `Range` header of its
 * response; undefined without that header.
 */
export function storedBytes(answer: HttpResponse): number | undefined {
  const end = /^(?:bytes=)?0-(\d+)$/.exec(answer.header("range") ?? "")?.[1];
  if (end === undefined) return undefined;
  // Nothing at all has no range of its own: registries write it as if it were one byte.
  return end === "0" ? 0 : Number(end) + 1;
}
