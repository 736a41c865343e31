import { text } from "node:stream/consumers";
import { CnbError } from "../../errors.ts";
import type { RegistryReference } from "../reference.ts";
import type { RegistryOptions } from "../registry-options.ts";
import { createAuthorizer } from "./auth.ts";
import { findCredentials } from "./credentials.ts";
import { refusedBy, unreachable } from "./errors.ts";
import {
  createTransport,
  type HttpRequest,
  type HttpResponse,
  isLoopback,
  isTransient,
  type Transport,
} from "./transport.ts";

/** Requests to one repository of a registry (https://github.com/opencontainers/distribution-spec). */
export interface RegistryClient {
  readonly registry: string;
  readonly repository: string;
  /**
   * Sends an authorised request and gives the answer when its status is one of `expect`.
   *
   * @param request.path below `/v2/<repository>/`, or a whole URL that the registry gave.
   * @param request.what for errors, an imperative: `push localhost:5000/app:1`.
   */
  send(request: ClientRequest): Promise<HttpResponse>;
  /** A blob's bytes; continued where they stopped when the connection breaks. Not verified. */
  blob(path: string, what: string): AsyncIterable<Uint8Array>;
  /** Waits before another attempt; false when there were enough. */
  readonly pause: Transport["pause"];
}

export interface ClientRequest extends Omit<HttpRequest, "url"> {
  readonly path: string | URL;
  readonly what: string;
  readonly expect: readonly number[];
  /** Repositories of the same registry that are read from, for a mount. */
  readonly alsoFrom?: string;
}

/**
 * Opens a repository for `what` (see {@link ClientRequest}). Loopback registries and those in `insecure` may speak plain http.
 *
 * @throws CnbError REGISTRY_UNREACHABLE.
 */
export async function openRepository(
  { registry, repository }: Pick<RegistryReference, "registry" | "repository">,
  access: "pull" | "pull,push",
  what: string,
  options: RegistryOptions,
): Promise<RegistryClient> {
  // Docker Hub's API has another host than its name.
  const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
  const transport = createTransport(host, options);
  const credentials = options.env && (await findCredentials({ registry, repository }, options.env));
  const authorizer = createAuthorizer(registry, transport, credentials);
  const scope = `repository:${repository}:${access}`;
  const { origin, ping } = await reach(host, transport, options, what);
  if (ping.status === 401) await authorizer.challenged(ping, [scope]);

  const send = async (request: ClientRequest): Promise<HttpResponse> => {
    const { path, what, expect, alsoFrom, ...rest } = request;
    const url = path instanceof URL ? path : new URL(`/v2/${repository}/${path}`, origin);
    const scopes = alsoFrom === undefined ? [scope] : [scope, `repository:${alsoFrom}:pull`];
    const own = url.origin === origin;
    for (let attempt = 0; ; attempt++) {
      const authorization = own ? await authorizer.header(scopes) : undefined;
      const headers = { ...rest.headers, ...(authorization !== undefined && { authorization }) };
      const response = await transport.send({ ...rest, url, headers }).catch((error: unknown) => {
        throw failure(registry, what, error);
      });
      if (expect.includes(response.status)) return response;
      const retry = response.status === 401 && own && attempt === 0 && (await authorizer.challenged(response, scopes));
      const body = await text(response.body);
      if (!retry) throw refusedBy(registry, what, response.status, body);
    }
  };
  const { pause } = transport;
  return { registry, repository, send, pause, blob: (path, what) => resumed(send, transport, registry, path, what) };
}

/** Finds how the registry is spoken to: https, or http where that is allowed and https does not work. */
async function reach(host: string, transport: Transport, { insecure = [] }: RegistryOptions, what: string) {
  const plain = isLoopback(host) || insecure.includes(host);
  const origins = plain ? [`https://${host}`, `http://${host}`] : [`https://${host}`];
  const errors: unknown[] = [];
  for (const origin of origins) {
    try {
      const once = origin !== origins.at(-1);
      const ping = await transport.send({ method: "GET", url: new URL("/v2/", origin), once });
      ping.body.resume();
      return { origin: new URL(origin).origin, ping };
    } catch (error) {
      errors.push(error);
    }
  }
  throw failure(host, what, errors.at(-1));
}

function failure(registry: string, what: string, error: unknown): unknown {
  const known = error instanceof CnbError || (error instanceof Error && error.name === "AbortError");
  return known ? error : unreachable(registry, what, error);
}

async function* resumed(
  send: RegistryClient["send"],
  transport: Transport,
  registry: string,
  path: string,
  what: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  let received = 0;
  for (let attempt = 1; ; attempt++) {
    const headers = received > 0 ? { range: `bytes=${received}-` } : {};
    const response = await send({ method: "GET", path, what, expect: [200, 206], headers });
    // A registry without ranges begins anew.
    let skip = response.status === 206 ? 0 : received;
    try {
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
        const part = chunk.subarray(Math.min(skip, chunk.length));
        skip -= chunk.length - part.length;
        received += part.length;
        if (part.length > 0) yield part;
      }
      return;
    } catch (error) {
      if (!isTransient(error) || !(await transport.pause(attempt))) throw failure(registry, what, error);
    }
  }
}
