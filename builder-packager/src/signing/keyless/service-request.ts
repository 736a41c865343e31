import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { isTrusted } from "../../oci/registry/transport/agents.ts";
import { bytesBody, bytesOf, discard, wordsOf } from "../../oci/registry/transport/body.ts";
import { createTransport } from "../../oci/registry/transport/transport.ts";
import type { RegistryOptions } from "../../oci/registry-options.ts";
import { isTable } from "../../schema.ts";
import { printable } from "../../text/printable.ts";

/** A request to a service of sigstore. */
export interface ServiceRequest {
  /** The name of the service for errors, for example "Fulcio". */
  readonly service: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body of a POST. @default GET */
  readonly body?: { readonly type: string; readonly bytes: Uint8Array };
  /** The token in the headers or the body, which no error contains. */
  readonly secret?: string;
}

/**
 * Sends a request, and returns the body of the response. Proxies, CA certificates, time limits and
 * retries are those of registries. A redirect to another host is refused, because the request can
 * contain a token.
 *
 * @throws CnbError SIGNING_FAILED
 */
export async function serviceResponse(request: ServiceRequest, registry: RegistryOptions): Promise<Buffer> {
  const { service, url, headers = {}, body, secret } = request;
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isTrusted(url.host, registry)))
    throw failed(request, "its address does not begin with https://", securityHint(url));
  const content = body && { "content-type": body.type };
  const unusable = (cause: unknown): never => {
    registry.signal?.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw failed(request, reason, `Check the address of ${service}, and that it can be reached.`, cause);
  };
  const response = await createTransport(url.host, registry)
    .send({
      method: body ? "POST" : "GET",
      url,
      headers: { ...content, ...headers },
      secret: true,
      ...defined({ body: body && bytesBody(body.bytes) }),
    })
    .catch(unusable);
  const { most } = limits.sigstoreResponse;
  const tooLarge = () => new Error(`its response has more than ${most} bytes`);
  if (response.status >= 200 && response.status < 300) return bytesOf(response.body, most, tooLarge).catch(unusable);
  const words = messageIn(await wordsOf(response.body));
  discard(response.body);
  const reason = `it answered ${response.status}: ${shown(withoutSecret(words, secret))}`;
  throw failed(request, reason, refusalHint(response.status));
}

/** Fulcio and Rekor answer with JSON that has a message. */
function messageIn(words: string): string {
  try {
    const document: unknown = JSON.parse(words);
    if (isTable(document) && typeof document["message"] === "string") return document["message"];
  } catch {
    // another text
  }
  return words;
}

/** Removes a secret, and the parts of a JSON Web Token, from the text of a service that repeats the request. */
function withoutSecret(text: string, secret: string | undefined): string {
  const parts = (secret ?? "").split(".").filter((part) => part.length >= shortestPart);
  return [secret ?? "", ...parts].filter(Boolean).reduce((rest, part) => rest.replaceAll(part, "***"), text);
}

/** A shorter part of a token is not secret, but could be a word of the text. */
const shortestPart = 16;

const shown = (text: string): string => printable(text.slice(0, 300)).trim();

const securityHint = ({ protocol, host }: URL): string =>
  protocol === "http:" ? `Add --insecure-registry ${host} to use it.` : "Use an address that begins with https://.";

const refusalHint = (status: number): string =>
  status >= 500
    ? "Try again later."
    : "Check that the identity token is not expired, and that it is for this instance of sigstore.";

const failed = ({ service, url }: ServiceRequest, reason: string, hint: string, cause?: unknown): CnbError =>
  new CnbError("SIGNING_FAILED", `cannot sign: ${service} at ${url.host || url.href} cannot be used: ${reason}`, {
    cause,
    hint,
  });
