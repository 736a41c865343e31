import type { RegistryOptions } from "../../registry-options.ts";
import { systemClock } from "../clock.ts";
import type { Transport } from "../transport/transport.ts";
import { type Challenge, parseChallenges } from "./challenge.ts";
import type { Credentials } from "./credentials.ts";
import { basicHeader, fetchToken, type Token } from "./token-request.ts";

/** Provides the value of the `Authorization` header. */
export interface Authorizer {
  /**
   * Returns the header for a request within these scopes, for example `repository:app:pull,push`;
   * undefined for anonymous access.
   */
  header(scopes: readonly string[]): Promise<string | undefined>;
  /**
   * Handles a 401 response to a request with the `Authorization` header `sent`. Returns false if no
   * other authentication can be tried.
   */
  challenged(challenge: string | undefined, scopes: readonly string[], sent: string | undefined): boolean;
}

/**
 * Creates an authorizer, which answers the authentication challenges of one registry with the given
 * credentials.
 */
export function createAuthorizer(
  registry: string,
  transport: Transport,
  credentials: Credentials | undefined,
  options: RegistryOptions,
): Authorizer {
  const { now } = options.clock ?? systemClock;
  let challenge: Challenge | undefined;
  let current = credentials;
  const tokens = new Map<string, Promise<Token>>();
  /**
   * The last header sent, by scopes. A refused token is discarded, but not one that has replaced it
   * since.
   */
  const latest = new Map<string, string>();
  /** The further scopes that a registry has requested, by scopes. */
  const demanded = new Map<string, readonly string[]>();

  const wanted = (scopes: readonly string[]) => [...scopes, ...(demanded.get(scopes.join(" ")) ?? [])];

  const newToken = (key: string, bearer: Challenge, scopes: readonly string[]): Promise<Token> => {
    const query = { registry, challenge: bearer, scopes: wanted(scopes), credentials: current };
    const token = fetchToken(query, transport, options).then((fetched) => {
      if (fetched.refresh !== undefined && current?.kind === "identity")
        current = { kind: "identity", token: fetched.refresh };
      return fetched;
    });
    tokens.set(key, token);
    token.catch(() => tokens.get(key) === token && tokens.delete(key));
    return token;
  };

  /** Requests that begin together wait for one token. */
  const tokenFor = async (bearer: Challenge, scopes: readonly string[]): Promise<string> => {
    const key = scopes.join(" ");
    const known = tokens.get(key);
    const token = await (known ?? newToken(key, bearer, scopes));
    if (known === undefined || token.expires > now()) return token.value;
    if (tokens.get(key) === known) tokens.delete(key);
    return tokenFor(bearer, scopes);
  };

  return {
    async header(scopes) {
      if (credentials?.kind === "header") return credentials.value;
      if (challenge?.scheme === "bearer") {
        const header = `Bearer ${await tokenFor(challenge, scopes)}`;
        latest.set(scopes.join(" "), header);
        return header;
      }
      return challenge?.scheme === "basic" ? basicHeader(credentials) : undefined;
    },
    challenged(header, scopes, sent) {
      challenge = chosen(parseChallenges(header ?? "")) ?? challenge;
      if (challenge === undefined || credentials?.kind === "header") return false;
      if (challenge.scheme === "basic")
        return basicHeader(credentials) !== undefined && sent?.startsWith("Basic ") !== true;
      const key = scopes.join(" ");
      const asked = challenge.parameters.scope?.split(" ") ?? [];
      const more = asked.filter((scope) => scope !== "" && !isCovered(scope, wanted(scopes)));
      if (more.length > 0) demanded.set(key, [...(demanded.get(key) ?? []), ...more]);
      if (more.length > 0 || sent === latest.get(key)) {
        tokens.delete(key); // not enough, expired or withdrawn
        latest.delete(key);
      }
      return true;
    },
  };
}

/** Tokens are preferred: they are good for less than a password. */
const chosen = (challenges: readonly Challenge[]): Challenge | undefined =>
  challenges.find(({ scheme, parameters }) => scheme === "bearer" && parameters.realm) ??
  challenges.find(({ scheme }) => scheme === "basic");

/**
 * True if a scope is a part of another one: `repository:app:pull` is a part of
 * `repository:app:pull,push`.
 */
function isCovered(scope: string, others: readonly string[]): boolean {
  const [subject, actions] = splitScope(scope);
  return others.map(splitScope).some(([name, own]) => name === subject && actions.every((each) => own.includes(each)));
}

/** A subject may have colons of its own, before a port. */
function splitScope(scope: string): readonly [string, readonly string[]] {
  const colon = scope.lastIndexOf(":");
  return [scope.slice(0, Math.max(colon, 0)), scope.slice(colon + 1).split(",")];
}
