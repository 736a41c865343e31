import { CnbError } from "../../../errors.ts";
import type { RegistryOptions } from "../../registry-options.ts";
import { unreachable } from "../errors.ts";
import { isLoopback, isTrusted } from "../transport/agents.ts";
import { discard } from "../transport/body.ts";
import { isTransient } from "../transport/retry.ts";
import type { HttpResponse, Transport } from "../transport/transport.ts";

/** The registry's answer to an unauthenticated ping. */
export interface PingResponse {
  /** The origin that answered: https, or http if allowed. */
  readonly origin: string;
  /** The authentication challenge, if the ping requires one. */
  readonly challenge: string | undefined;
}

/**
 * The origins where a registry may answer, likely ones first. Only https is used, except for
 * registries named as insecure and this machine itself.
 *
 * On this machine plain http comes first, as for Docker and Go's registry client: nobody listens in on the way, few have
 * certificates, and TLS takes longer to load than an answer. One without a port has two of them, the secure one first.
 */
export function originsOf(host: string, options: RegistryOptions): readonly string[] {
  const [secure, plain] = [`https://${host}`, `http://${host}`];
  if (!isTrusted(host, options)) return [secure];
  return isLoopback(host) && /:(?!443$)\d+$/.test(host) ? [plain, secure] : [secure, plain];
}

/**
 * Determines how to access a registry, only by `GET /v2/` without credentials, because any program
 * may answer.
 *
 * @throws CnbError REGISTRY_UNREACHABLE
 */
export async function ping(
  host: string,
  transport: Transport,
  options: RegistryOptions,
  what: string,
): Promise<PingResponse> {
  const origins = originsOf(host, options);
  for (let round = 0; ; round++) {
    const { response, errors } = await knockAt(origins, transport);
    if (response) return response;
    // The first time again at once.
    const shouldRetry = errors.some(mayAnswerLater) && (round === 0 || (await transport.pause(round)));
    if (!shouldRetry)
      throw failure(host, what, errors.findLast((error) => !isOfAnotherProtocol(error)) ?? errors.at(-1));
  }
}

interface Knocked {
  readonly response?: PingResponse;
  readonly errors: readonly unknown[];
}

async function knockAt(origins: readonly string[], transport: Transport): Promise<Knocked> {
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
  return { ...(doubtful && { response: doubtful }), errors };
}

/** One that sends us from http to https at its own address shall get there what is not to be sent twice. */
function pingResponseOf(response: HttpResponse, asked: string): PingResponse {
  const { url, status } = response;
  const origin = url.host === new URL(asked).host ? url.origin : new URL(asked).origin;
  return { origin, challenge: status === 401 ? (response.header("www-authenticate") ?? "") : undefined };
}

/** Servers of TLS say so in plain http, if they say anything: Go's and nginx's with 400, others with 426. */
const wantsTls = ({ status, url }: HttpResponse): boolean =>
  url.protocol === "http:" && (status === 400 || status === 426);

/** Where nobody listens, nobody will a moment later. */
const mayAnswerLater = (error: unknown): boolean =>
  isTransient(error) && (error as NodeJS.ErrnoException).code !== "ECONNREFUSED";

/** What a server of http makes of TLS, or one of TLS of http. */
const isOfAnotherProtocol = (error: unknown): boolean =>
  error instanceof Error &&
  /^(EPROTO|HPE_.*|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)|ECONNRESET)$/.test(
    String((error as NodeJS.ErrnoException).code),
  );

/** Creates the error for a request without a response. */
export function failure(registry: string, what: string, error: unknown): unknown {
  const known = error instanceof CnbError || (error instanceof Error && error.name === "AbortError");
  return known ? error : unreachable(registry, what, error);
}
