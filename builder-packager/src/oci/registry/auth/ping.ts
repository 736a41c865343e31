import { defined } from "../../../defined.ts";
import { CnbError } from "../../../errors.ts";
import type { RegistryOptions } from "../../registry-options.ts";
import { type RequestContext, unreachable } from "../errors.ts";
import { isLoopback, isTrusted } from "../transport/agents.ts";
import { discard } from "../transport/body.ts";
import { isTransient } from "../transport/retry.ts";
import type { HttpResponse, Transport } from "../transport/transport.ts";

/** The registry's answer to an unauthenticated ping. */
export interface PingResponse {
  /** The origin that answered: https, or http if allowed. */
  readonly origin: string;
  /** The value of `WWW-Authenticate`; undefined if the registry requires no authentication. */
  readonly challenge: string | undefined;
}

/**
 * Returns the origins at which a registry may answer, likely ones first. Only https is used, except
 * for registries configured as insecure and for this machine.
 *
 * For a registry on this machine with a port, plain http comes first, as for Docker and Go's
 * registry client: connections do not leave the machine, few such registries have certificates, and
 * loading TLS takes longer than a response. Without a port, https comes first.
 */
export function originsOf(host: string, options: RegistryOptions): readonly string[] {
  const [secure, plain] = [`https://${host}`, `http://${host}`];
  if (!isTrusted(host, options)) return [secure];
  return isLoopback(host) && /:(?!443$)\d+$/.test(host) ? [plain, secure] : [secure, plain];
}

/**
 * Determines the URL of a registry and its authentication challenges. Only sends `GET /v2/` without
 * credentials, because any program may listen at the registry's address.
 *
 * @throws CnbError REGISTRY_UNREACHABLE
 */
export async function ping(
  host: string,
  transport: Transport,
  options: RegistryOptions,
  purpose: string,
): Promise<PingResponse> {
  const origins = originsOf(host, options);
  for (let round = 0; ; round++) {
    const { response, errors } = await knockAt(origins, transport);
    if (response) return response;
    // The first time again at once.
    const shouldRetry = errors.some(mayAnswerLater) && (round === 0 || (await transport.pause(round)));
    if (!shouldRetry)
      throw failure(
        { registry: host, purpose },
        errors.findLast((error) => !isOfAnotherProtocol(error)) ?? errors.at(-1),
      );
  }
}

interface PingAttempt {
  readonly response?: PingResponse;
  readonly errors: readonly unknown[];
}

async function knockAt(origins: readonly string[], transport: Transport): Promise<PingAttempt> {
  const errors: unknown[] = [];
  let doubtful: PingResponse | undefined;
  for (const origin of origins) {
    try {
      const response = await transport.send({ method: "GET", url: new URL("/v2/", origin), once: true });
      discard(response.body);
      const answer = pingResponseOf(response, origin);
      if (!wantsTls(response)) return { response: answer, errors };
      doubtful ??= answer;
    } catch (error) {
      errors.push(error);
    }
  }
  return { ...defined({ response: doubtful }), errors };
}

/** One that sends us from http to https at its own address shall get there what is not to be sent twice. */
function pingResponseOf(response: HttpResponse, asked: string): PingResponse {
  const { url, status } = response;
  const origin = url.host === new URL(asked).host ? url.origin : new URL(asked).origin;
  return { origin, challenge: status === 401 ? (response.header("www-authenticate") ?? "") : undefined };
}

/**
 * True if a server that expects TLS refused a plain HTTP request. Servers written in Go and nginx
 * answer with status 400, other servers with 426.
 */
const wantsTls = ({ status, url }: HttpResponse): boolean =>
  url.protocol === "http:" && (status === 400 || status === 426);

/**
 * True if the error may be temporary. A refused connection is not: nothing listens at that port.
 */
const mayAnswerLater = (error: unknown): boolean =>
  isTransient(error) && (error as NodeJS.ErrnoException).code !== "ECONNREFUSED";

/**
 * True if the server speaks the other protocol: plain http instead of TLS, or TLS instead of http.
 */
const isOfAnotherProtocol = (error: unknown): boolean =>
  error instanceof Error &&
  /^(EPROTO|HPE_.*|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)|ECONNRESET)$/.test(
    String((error as NodeJS.ErrnoException).code),
  );

/** Creates the error for a request that got no response. */
export function failure(context: RequestContext, error: unknown): unknown {
  const known = error instanceof CnbError || (error instanceof Error && error.name === "AbortError");
  return known ? error : unreachable(context, error);
}
