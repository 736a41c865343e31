import * as v from "valibot";
import { CnbError } from "../../../errors.ts";
import { looseObject } from "../../../schema.ts";
import type { RegistryOptions } from "../../registry-options.ts";
import { systemClock } from "../clock.ts";
import { refusedBy, unreachable } from "../errors.ts";
import { isTrusted } from "../transport/agents.ts";
import { bytesBody, wordsOf } from "../transport/body.ts";
import type { HttpRequest, Transport } from "../transport/transport.ts";
import type { Challenge } from "./challenge.ts";
import type { Credentials } from "./credentials.ts";

/** The response of a token server. */
export interface Token {
  readonly value: string;
  /** The time in milliseconds since 1970 after which the token is no longer used. */
  readonly expires: number;
  /** The identity token to use for the next request; absent unless the server changed it. */
  readonly refresh?: string | undefined;
}

/** The credentials and scopes with which a token is requested. */
export interface TokenQuery {
  readonly registry: string;
  readonly challenge: Challenge;
  readonly scopes: readonly string[];
  readonly credentials: Credentials | undefined;
}

/**
 * The token specification sets a lifetime of 60 seconds for tokens without `expires_in`. As in
 * Docker, shorter lifetimes are treated as 60 seconds.
 */
const shortestLifeSeconds = 60;
/** Renewed a little before its end: clocks differ, and the request takes its time. */
const marginMs = 10_000;

const tokenAnswer = v.pipe(
  v.string(),
  v.parseJson(),
  looseObject({
    token: v.nullish(v.string()),
    access_token: v.nullish(v.string()),
    refresh_token: v.nullish(v.string()),
    expires_in: v.nullish(v.number()),
  }),
);

/**
 * Requests a token from a token server
 * (https://distribution.github.io/distribution/spec/auth/token/).
 *
 * @throws CnbError REGISTRY_DENIED, REGISTRY_FAILED, REGISTRY_UNREACHABLE.
 */
export async function fetchToken(query: TokenQuery, transport: Transport, options: RegistryOptions): Promise<Token> {
  const { registry } = query;
  const request = tokenRequest(query, options);
  const response = await transport.send(request).catch((error: unknown) => {
    if (error instanceof CnbError || (error instanceof Error && error.name === "AbortError")) throw error;
    throw unreachable({ registry: request.url.host, purpose: `log in to ${registry}` }, error, "token server");
  });
  const body = await wordsOf(response.body);
  if (response.status !== 200) {
    // OAuth 2 calls wrong credentials a bad request.
    const status = response.status === 400 ? 401 : response.status;
    throw refusedBy({ registry, purpose: "log in" }, { status, body, retryAfter: response.header("retry-after") });
  }
  return tokenIn(body, registry, (options.clock ?? systemClock).now());
}

function tokenIn(body: string, registry: string, now: number): Token {
  const { success, output } = v.safeParse(tokenAnswer, body);
  const value = success && (output.token || output.access_token);
  if (!value) throw new CnbError("REGISTRY_FAILED", `cannot log in to ${registry}: its token server returned no token`);
  const life = Math.max(output.expires_in ?? 0, shortestLifeSeconds);
  return { value, expires: now + life * 1000 - marginMs, refresh: output.refresh_token ?? undefined };
}

function tokenRequest({ registry, challenge, scopes, credentials }: TokenQuery, options: RegistryOptions): HttpRequest {
  const url = realmOf(challenge, registry);
  const { service } = challenge.parameters;
  refuseInTheOpen(url, registry, { credentials, options });
  if (credentials?.kind === "identity") return refreshRequest(url, service, scopes, credentials.token);
  if (service !== undefined) url.searchParams.set("service", service);
  for (const scope of scopes) url.searchParams.append("scope", scope);
  const authorization = basicHeader(credentials);
  if (authorization === undefined) return { method: "GET", url };
  return { method: "GET", url, headers: { authorization } };
}

function realmOf({ parameters: { realm = "" } }: Challenge, registry: string): URL {
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  if (url && /^https?:$/.test(url.protocol)) return url;
  const shown = JSON.stringify(realm.slice(0, 200));
  throw new CnbError(
    "REGISTRY_FAILED",
    `cannot log in to ${registry}: the registry names the token server ${shown}, which is not an http or https URL`,
    { hint: "Check the name of the registry. If the name is correct, contact the operator of the registry." },
  );
}

/**
 * Refuses a token server over plain http, because anybody may answer there. If the registry may use
 * plain http, its token server may, too, but not for passwords.
 */
function refuseInTheOpen(
  url: URL,
  registry: string,
  { credentials, options }: { readonly credentials: Credentials | undefined; readonly options: RegistryOptions },
): void {
  if (url.protocol === "https:" || isTrusted(url.host, options) || options.insecure?.includes(registry)) return;
  const hint = `If you trust ${url.host} without TLS, add --insecure-registry ${url.host}.`;
  if (credentials !== undefined)
    throw new CnbError(
      "REGISTRY_DENIED",
      `refused to send the password for ${registry} to its token server ${url.origin}, which does not use TLS`,
      { hint },
    );
  if (!isTrusted(registry, options))
    throw new CnbError(
      "REGISTRY_FAILED",
      `cannot log in to ${registry}: its token server ${url.origin} does not use TLS`,
      {
        hint,
      },
    );
}

/**
 * Formats the `Authorization` header for a user name and a password; undefined for other
 * credentials.
 */
export const basicHeader = (credentials: Credentials | undefined): string | undefined =>
  credentials?.kind === "basic"
    ? `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`
    : undefined;

/** OAuth 2: an identity token is exchanged by a form. */
function refreshRequest(url: URL, service: string | undefined, scopes: readonly string[], token: string): HttpRequest {
  const form = new URLSearchParams({
    grant_type: "refresh_token",
    client_id: "libcnb",
    service: service ?? "",
    scope: scopes.join(" "),
    refresh_token: token,
  });
  return {
    method: "POST",
    url,
    secret: true,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: bytesBody(Buffer.from(form.toString())),
  };
}
