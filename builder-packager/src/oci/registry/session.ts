import { CnbError } from "../../errors.ts";
import type { RegistryOptions } from "../registry-options.ts";
import { isTrusted } from "./agents.ts";
import { type Authorizer, createAuthorizer } from "./auth.ts";
import { discard } from "./body.ts";
import { findCredentials } from "./credentials.ts";
import { unreachable } from "./errors.ts";
import { isTransient } from "./retry.ts";
import { createTransport, type HttpResponse, type Transport } from "./transport.ts";
import { warningsIn } from "./warnings.ts";

/** What is known of one registry, shared by all that a command does with the same options. */
export interface Session {
  readonly transport: Transport;
  /** Where the registry answers: https, or http where that is allowed and https does not work. */
  origin(what: string): Promise<string>;
  authorizer(repository: string): Promise<Authorizer>;
  /** Passes on what the registry wants the user to know, once. */
  heed(response: HttpResponse): void;
}

const sessions = new WeakMap<RegistryOptions, Map<string, Session>>();

/** The session with a registry. */
export function sessionWith(registry: string, options: RegistryOptions): Session {
  const known = sessions.get(options) ?? new Map<string, Session>();
  sessions.set(options, known);
  const session = known.get(registry) ?? createSession(registry, options);
  known.set(registry, session);
  return session;
}

interface Greeting {
  readonly origin: string;
  /** How to log in, when that is needed to be greeted. */
  readonly challenge: string | undefined;
}

function createSession(registry: string, options: RegistryOptions): Session {
  // Docker Hub's API has another host than its name.
  const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
  const transport = createTransport(options);
  const authorizers = new Map<string, Promise<Authorizer>>();
  const told = new Set<string>();
  let greeting: Promise<Greeting> | undefined;

  const greeted = (what: string) => {
    greeting ??= greet(host, transport, options, what).catch((error: unknown) => {
      greeting = undefined;
      throw error;
    });
    return greeting;
  };

  const newAuthorizer = async (repository: string): Promise<Authorizer> => {
    const credentials = options.env && (await findCredentials({ registry, repository }, options.env, options.warn));
    const authorizer = createAuthorizer(registry, transport, credentials, options);
    const { challenge } = await greeted(`log in to ${registry}`);
    if (challenge !== undefined) authorizer.challenged(challenge, [], undefined);
    return authorizer;
  };

  return {
    transport,
    origin: async (what) => (await greeted(what)).origin,
    authorizer(repository) {
      const known = authorizers.get(repository) ?? newAuthorizer(repository);
      authorizers.set(repository, known);
      known.catch(() => authorizers.delete(repository));
      return known;
    },
    heed(response) {
      for (const warning of warningsIn(response.header("warning"))) {
        if (!told.has(warning)) options.warn?.(`${registry} says: ${warning}`);
        told.add(warning);
      }
    },
  };
}

async function greet(host: string, transport: Transport, options: RegistryOptions, what: string): Promise<Greeting> {
  const origins = isTrusted(host, options) ? [`https://${host}`, `http://${host}`] : [`https://${host}`];
  const errors: unknown[] = [];
  for (const origin of origins) {
    try {
      const response = await knock(new URL("/v2/", origin), transport, origin === origins.at(-1));
      discard(response.body);
      const challenge = response.status === 401 ? (response.header("www-authenticate") ?? "") : undefined;
      return { origin: new URL(origin).origin, challenge };
    } catch (error) {
      errors.push(error);
    }
  }
  throw failure(host, what, errors.at(-1));
}

/** Where nobody listens, nobody will a moment later; what breaks otherwise is tried again, if it is the last chance. */
async function knock(url: URL, transport: Transport, last: boolean): Promise<HttpResponse> {
  try {
    return await transport.send({ method: "GET", url, once: true });
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === "ECONNREFUSED";
    if (!last || absent || !isTransient(error)) throw error;
    return transport.send({ method: "GET", url });
  }
}

/** The error of a request that got no answer. */
export function failure(registry: string, what: string, error: unknown): unknown {
  const known = error instanceof CnbError || (error instanceof Error && error.name === "AbortError");
  return known ? error : unreachable(registry, what, error);
}
