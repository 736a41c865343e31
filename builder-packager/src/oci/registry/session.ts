import { accessOf, type RegistryOptions } from "../registry-options.ts";
import { type Authorizer, createAuthorizer } from "./auth/auth.ts";
import { credentialFinder } from "./auth/credentials.ts";
import { type PingResponse, ping } from "./auth/ping.ts";
import { createTransport, type HttpResponse, type Transport } from "./transport/transport.ts";
import { warningsIn } from "./warnings.ts";

/**
 * The connections, origin and authorizers of one registry. All operations of a command with the
 * same options share them.
 */
export interface Session {
  readonly transport: Transport;
  /** Returns the origin of the registry, which uses https, or http if allowed. */
  origin(purpose: string): Promise<string>;
  authorizer(repository: string): Promise<Authorizer>;
  /** Reports the registry's warnings in a response to the user, each text only once. */
  recordWarnings(response: HttpResponse): void;
}

const sessions = new WeakMap<RegistryOptions, Map<string, Session>>();

/**
 * Returns the session for a registry and the given options. The session is created on the first
 * call.
 */
export function sessionWith(registry: string, options: RegistryOptions): Session {
  const access = accessOf(options);
  const known = sessions.get(access) ?? new Map<string, Session>();
  sessions.set(access, known);
  const session = known.get(registry) ?? createSession(registry, options);
  known.set(registry, session);
  return session;
}

function createSession(registry: string, options: RegistryOptions): Session {
  // Docker Hub's API has another host than its name.
  const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
  const transport = createTransport(host, options);
  const credentialsOf = credentialFinder(registry, options);
  const authorizers = new Map<string, Promise<Authorizer>>();
  const reported = new Set<string>();
  let response: Promise<PingResponse> | undefined;

  const pinged = (purpose: string) => {
    response ??= ping(host, transport, options, purpose).catch((error: unknown) => {
      response = undefined;
      throw error;
    });
    return response;
  };

  const newAuthorizer = async (repository: string): Promise<Authorizer> => {
    const credentials = await credentialsOf(repository);
    const authorizer = createAuthorizer(registry, transport, credentials, options);
    const { challenge } = await pinged(`log in to ${registry}`);
    if (challenge !== undefined) authorizer.challenged(challenge, [], undefined);
    return authorizer;
  };

  return {
    transport,
    origin: async (purpose) => (await pinged(purpose)).origin,
    authorizer(repository) {
      const known = authorizers.get(repository) ?? newAuthorizer(repository);
      authorizers.set(repository, known);
      known.catch(() => authorizers.delete(repository));
      return known;
    },
    recordWarnings(response) {
      for (const warning of warningsIn(response.header("warning"))) {
        if (!reported.has(warning)) options.warn?.(`${registry} warns: ${warning}`);
        reported.add(warning);
      }
    },
  };
}
