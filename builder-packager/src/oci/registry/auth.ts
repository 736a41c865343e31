import { text } from "node:stream/consumers";
import * as v from "valibot";
import { parse } from "../document.ts";
import { type Challenge, parseChallenges } from "./challenge.ts";
import type { Credentials } from "./credentials.ts";
import { refusedBy } from "./errors.ts";
import type { HttpRequest, HttpResponse, Transport } from "./transport.ts";

/** Gives the value of the Authorization header. */
export interface Authorizer {
  /** For a request within these scopes, for example `repository:app:pull,push`; undefined for anonymous access. */
  header(scopes: readonly string[]): Promise<string | undefined>;
  /** Learns from the answer 401; false when there is nothing more to try. */
  challenged(response: HttpResponse, scopes: readonly string[]): Promise<boolean>;
}

/** Tokens without a stated life live 60 s by the token specification; renewed a little before. */
const defaultLifeSeconds = 60;
const marginMs = 10_000;

const tokenAnswer = v.looseObject({
  token: v.optional(v.string()),
  access_token: v.optional(v.string()),
  expires_in: v.optional(v.number()),
});

interface Token {
  readonly value: string;
  readonly expires: number;
}

/** Answers challenges of one registry with these credentials (https://distribution.github.io/distribution/spec/auth/token/). */
export function createAuthorizer(
  registry: string,
  transport: Transport,
  credentials: Credentials | undefined,
): Authorizer {
  let challenge: Challenge | undefined;
  const tokens = new Map<string, Promise<Token>>();

  const fetchToken = async (bearer: Challenge, scopes: readonly string[]): Promise<Token> => {
    const response = await transport.send(tokenRequest(bearer, scopes, credentials));
    const body = await text(response.body);
    if (response.status !== 200)
      throw refusedBy(registry, "log in", response.status === 400 ? 401 : response.status, body);
    const {
      token,
      access_token,
      expires_in = defaultLifeSeconds,
    } = parse(tokenAnswer, Buffer.from(body), `the token of ${registry}`);
    return { value: token ?? access_token ?? "", expires: Date.now() + expires_in * 1000 - marginMs };
  };

  const tokenFor = async (bearer: Challenge, scopes: readonly string[]): Promise<string> => {
    const key = scopes.join(" ");
    const known = tokens.get(key);
    // Requests that begin together wait for one token.
    const token = await (known ?? remembered(key, fetchToken(bearer, scopes)));
    if (known === undefined || token.expires > Date.now()) return token.value;
    if (tokens.get(key) === known) tokens.delete(key);
    return tokenFor(bearer, scopes);
  };

  const remembered = (key: string, token: Promise<Token>): Promise<Token> => {
    tokens.set(key, token);
    token.catch(() => tokens.delete(key));
    return token;
  };

  return {
    async header(scopes) {
      if (credentials?.kind === "header") return credentials.value;
      if (challenge?.scheme === "bearer") return `Bearer ${await tokenFor(challenge, scopes)}`;
      return challenge?.scheme === "basic" ? basicHeader(credentials) : undefined;
    },
    async challenged(response, scopes) {
      const found = parseChallenges(response.header("www-authenticate") ?? "");
      const before = challenge;
      challenge = found.find(({ scheme }) => scheme === "bearer") ?? found.find(({ scheme }) => scheme === "basic");
      tokens.delete(scopes.join(" ")); // expired or withdrawn
      if (challenge?.scheme === "bearer") return challenge.parameters.realm !== undefined;
      return challenge !== undefined && before === undefined && basicHeader(credentials) !== undefined;
    },
  };
}

const basicHeader = (credentials: Credentials | undefined): string | undefined =>
  credentials?.kind === "basic"
    ? `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`
    : undefined;

function tokenRequest(
  { parameters }: Challenge,
  scopes: readonly string[],
  credentials: Credentials | undefined,
): HttpRequest {
  const url = new URL(parameters.realm ?? "");
  const { service } = parameters;
  if (credentials?.kind === "identity") return refreshRequest(url, service, scopes, credentials.token);
  if (service !== undefined) url.searchParams.set("service", service);
  for (const scope of scopes) url.searchParams.append("scope", scope);
  const authorization = basicHeader(credentials);
  return { method: "GET", url, ...(authorization !== undefined && { headers: { authorization } }) };
}

/** OAuth 2: an identity token is exchanged by a form. */
function refreshRequest(url: URL, service: string | undefined, scopes: readonly string[], token: string): HttpRequest {
  const form = new URLSearchParams({
    grant_type: "refresh_token",
    client_id: "libcnb",
    service: service ?? "",
    scope: scopes.join(" "),
    refresh_token: token,
  });
  const bytes = Buffer.from(form.toString());
  const open = async function* () {
    yield bytes;
  };
  return {
    method: "POST",
    url,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: { size: bytes.length, open },
  };
}
