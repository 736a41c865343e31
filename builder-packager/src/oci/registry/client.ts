import { CnbError } from "../../errors.ts";
import type { RegistryReference } from "../model/reference.ts";
import type { RegistryOptions } from "../registry-options.ts";
import { failure } from "./auth/ping.ts";
import { refusedBy } from "./errors.ts";
import { type Session, sessionWith } from "./session.ts";
import { isTrusted } from "./transport/agents.ts";
import { wordsOf } from "./transport/body.ts";
import type { Pause } from "./transport/retry.ts";
import type { HttpRequest, HttpResponse } from "./transport/transport.ts";

/** Requests to one repository of a registry (https://github.com/opencontainers/distribution-spec). */
export interface RegistryClient {
  readonly registry: string;
  readonly repository: string;
  /**
   * Sends an authorized request and returns the response if its status is in `expect`.
   *
   * @param request.path below `/v2/<repository>/`, or a whole URL that the registry gave.
   * @param request.what for errors, an imperative: `push localhost:5000/app:1`.
   * @throws RegistryRefusal, CnbError REGISTRY_UNREACHABLE.
   */
  send(request: ClientRequest): Promise<HttpResponse>;
  /** Waits before another attempt; false after the last one. */
  readonly pause: Pause;
}

export interface ClientRequest extends Omit<HttpRequest, "url"> {
  readonly path: string | URL;
  readonly what: string;
  readonly expect: readonly number[];
  /** A repository of the same registry to read from, for a mount. */
  readonly alsoFrom?: string;
}

/** The access to a repository; the token covers only this. */
export type Access = "pull" | "pull,push" | "pull,push,delete";

/**
 * Opens a repository for `what` (see {@link ClientRequest}). Loopback registries and those in
 * `insecure` may use plain http.
 *
 * @throws CnbError REGISTRY_UNREACHABLE, REGISTRY_CREDENTIALS_INVALID.
 */
export const openRepository = (
  { registry, repository }: Pick<RegistryReference, "registry" | "repository">,
  access: Access,
  what: string,
  options: RegistryOptions,
): Promise<RegistryClient> =>
  openClient({ registry, repository, scope: `repository:${repository}:${access}` }, what, options);

/**
 * Opens the list of a registry's repositories like {@link openRepository}; many registries do not
 * provide it.
 *
 * @throws CnbError REGISTRY_UNREACHABLE, REGISTRY_CREDENTIALS_INVALID.
 */
export const openCatalog = (registry: string, what: string, options: RegistryOptions): Promise<RegistryClient> =>
  openClient({ registry, repository: "", scope: "registry:catalog:*" }, what, options);

interface Opened {
  readonly registry: string;
  /** The repository; "" for requests outside of any. */
  readonly repository: string;
  readonly scope: string;
}

async function openClient(
  { registry, repository, scope }: Opened,
  what: string,
  options: RegistryOptions,
): Promise<RegistryClient> {
  const session = sessionWith(registry, options);
  const origin = await session.origin(what);
  const below = repository === "" ? "/v2/" : `/v2/${repository}/`;
  const send = async ({ path, alsoFrom, ...request }: ClientRequest): Promise<HttpResponse> => {
    const url = path instanceof URL ? path : new URL(`${below}${path}`, origin);
    const scopes = alsoFrom === undefined ? [scope] : [scope, `repository:${alsoFrom}:pull`];
    const asked = { ...request, url, registry };
    if (url.origin !== origin) return expected(await sent(checked(asked, origin, options), session), asked);
    return expected(await authorised(asked, session, repository, scopes), asked);
  };
  return { registry, repository, send, pause: session.transport.pause };
}

/** What a registry wants to be sent elsewhere goes without credentials, and unencrypted only to where that is allowed. */
function checked(request: ContentRequest, origin: string, options: RegistryOptions): ContentRequest {
  const { url, registry, what } = request;
  if (url.protocol === "https:" || !origin.startsWith("https:") || isTrusted(url.host, options)) return request;
  throw new CnbError(
    "REGISTRY_FAILED",
    `cannot ${what}: ${registry} redirects this to the unencrypted URL ${url.origin}`,
    {
      hint: `If that is right, name it with --insecure-registry ${url.host}.`,
    },
  );
}

interface ContentRequest extends HttpRequest {
  readonly registry: string;
  readonly what: string;
  readonly expect: readonly number[];
}

/** Sends with credentials; once more with better ones when the registry asks for them. */
async function authorised(
  request: ContentRequest,
  session: Session,
  repository: string,
  scopes: readonly string[],
): Promise<HttpResponse> {
  const authorizer = await session.authorizer(repository);
  for (let attempt = 0; ; attempt++) {
    const authorization = await authorizer.header(scopes);
    const headers = { ...request.headers, ...(authorization !== undefined && { authorization }) };
    const response = await sent({ ...request, headers }, session);
    const challenged = response.status === 401 && attempt === 0;
    if (!challenged || !authorizer.challenged(response.header("www-authenticate"), scopes, authorization))
      return response;
    await wordsOf(response.body);
  }
}

async function sent(request: ContentRequest, { transport, recordWarnings }: Session): Promise<HttpResponse> {
  const response = await transport.send(request).catch((error: unknown) => {
    throw failure(request.registry, request.what, error);
  });
  recordWarnings(response);
  return response;
}

async function expected(response: HttpResponse, { registry, what, expect }: ContentRequest): Promise<HttpResponse> {
  const { status } = response;
  if (expect.includes(status)) return response;
  const body = await wordsOf(response.body);
  throw refusedBy(registry, what, { status, body, retryAfter: response.header("retry-after") });
}
