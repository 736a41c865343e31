import { defined } from "../../defined.ts";
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
  /** The purpose of all requests for errors, as an imperative: `push localhost:5000/app:1`. */
  readonly purpose: string;
  /**
   * Sends an authorized request and returns the response if its status is in `expect`.
   *
   * @param request.path a path below `/v2/<repository>/`, or a complete URL from a response.
   * @throws RegistryRefusal, CnbError REGISTRY_UNREACHABLE.
   */
  send(request: ClientRequest): Promise<HttpResponse>;
  /** Waits before the next attempt. Returns false if no attempt is left. */
  readonly pause: Pause;
}

export interface ClientRequest extends Omit<HttpRequest, "url"> {
  readonly path: string | URL;
  readonly expect: readonly number[];
  /** Another repository of the same registry from which blobs may be mounted. */
  readonly alsoFrom?: string;
  /** True if the request is not worth another token: if access is denied, the command continues. */
  readonly isOptional?: boolean;
}

/** The access to a repository that the token grants. */
export type Access = "pull" | "pull,push" | "pull,push,delete";

/**
 * Opens a repository for a purpose (see {@link RegistryClient}). Loopback registries and those in
 * `insecure` may use plain http.
 *
 * @throws CnbError REGISTRY_UNREACHABLE, REGISTRY_CREDENTIALS_INVALID.
 */
export const openRepository = (
  { registry, repository }: Pick<RegistryReference, "registry" | "repository">,
  access: Access,
  purpose: string,
  options: RegistryOptions,
): Promise<RegistryClient> =>
  openClient({ registry, repository, scope: `repository:${repository}:${access}` }, purpose, options);

/**
 * Opens the catalog of a registry's repositories like {@link openRepository}. Many registries do
 * not provide a catalog.
 *
 * @throws CnbError REGISTRY_UNREACHABLE, REGISTRY_CREDENTIALS_INVALID.
 */
export const openCatalog = (registry: string, purpose: string, options: RegistryOptions): Promise<RegistryClient> =>
  openClient({ registry, repository: "", scope: "registry:catalog:*" }, purpose, options);

interface ClientScope {
  readonly registry: string;
  /** The repository; "" for requests outside of any. */
  readonly repository: string;
  readonly scope: string;
}

async function openClient(
  { registry, repository, scope }: ClientScope,
  purpose: string,
  options: RegistryOptions,
): Promise<RegistryClient> {
  const session = sessionWith(registry, options);
  const origin = await session.origin(purpose);
  const below = repository === "" ? "/v2/" : `/v2/${repository}/`;
  const send = async ({ path, alsoFrom, ...request }: ClientRequest): Promise<HttpResponse> => {
    const url = path instanceof URL ? path : new URL(`${below}${path}`, origin);
    const scopes = alsoFrom === undefined ? [scope] : [scope, `repository:${alsoFrom}:pull`];
    const asked = { ...request, url, registry, purpose };
    if (url.origin !== origin) return expected(await sent(checked(asked, origin, options), session), asked);
    return expected(await authorised(asked, session, repository, scopes), asked);
  };
  return { registry, repository, purpose, send, pause: session.transport.pause };
}

/**
 * Refuses an unencrypted URL to which an encrypted registry redirects a request, unless the user
 * permits plain http for its host.
 */
function checked(request: ContentRequest, origin: string, options: RegistryOptions): ContentRequest {
  const { url, registry, purpose } = request;
  if (url.protocol === "https:" || !origin.startsWith("https:") || isTrusted(url.host, options)) return request;
  throw new CnbError(
    "REGISTRY_FAILED",
    `cannot ${purpose}: ${registry} redirects the request to the unencrypted URL ${url.origin}`,
    {
      hint: `If you trust ${url.host} without TLS, add --insecure-registry ${url.host}.`,
    },
  );
}

interface ContentRequest extends HttpRequest, Pick<ClientRequest, "expect" | "isOptional"> {
  readonly registry: string;
  readonly purpose: string;
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
    const headers = { ...request.headers, ...defined({ authorization }) };
    const response = await sent({ ...request, headers }, session);
    const challenged = response.status === 401 && attempt === 0 && request.isOptional !== true;
    if (!challenged || !authorizer.challenged(response.header("www-authenticate"), scopes, authorization))
      return response;
    await wordsOf(response.body);
  }
}

async function sent(request: ContentRequest, { transport, recordWarnings }: Session): Promise<HttpResponse> {
  const response = await transport.send(request).catch((error: unknown) => {
    throw failure(request, error);
  });
  recordWarnings(response);
  return response;
}

async function expected(response: HttpResponse, { expect, ...request }: ContentRequest): Promise<HttpResponse> {
  const { status } = response;
  if (expect.includes(status)) return response;
  const body = await wordsOf(response.body);
  throw refusedBy(request, { status, body, retryAfter: response.header("retry-after") });
}
