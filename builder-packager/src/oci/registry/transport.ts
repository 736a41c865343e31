import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { rootCertificates } from "node:tls";
import type { RegistryOptions } from "../registry-options.ts";

export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Opened again for each attempt. */
  readonly body?: { readonly size: number; open(): AsyncIterable<Uint8Array> };
  /** Not to be sent again when it fails: a guess, or a body that the other side has read a part of. */
  readonly once?: boolean;
}

export interface HttpResponse {
  readonly status: number;
  /** A header's value by its name in lower case. */
  header(name: string): string | undefined;
  /** Must be read or discarded. */
  readonly body: Readable;
  /** Where the answer came from after redirects. */
  readonly url: URL;
}

/** Sends requests; retries what may pass, follows redirects. */
export interface Transport {
  send(request: HttpRequest): Promise<HttpResponse>;
  /** Waits before the attempt of this number (from 1); false when there were enough. */
  pause(attempt: number, retryAfter?: string): Promise<boolean>;
}

const idleTimeoutMs = 60_000;
const maxRedirects = 10;
const pausesMs = [200, 1000, 4000];
const maxRetryAfterMs = 60_000;

/**
 * A transport for one registry. Connections are kept; proxies come from the environment, certificate authorities from
 * `SSL_CERT_FILE` or `NODE_EXTRA_CA_CERTS`.
 */
export function createTransport(host: string, { env = {}, insecure = [], signal }: RegistryOptions): Transport {
  const trusting = isLoopback(host) || insecure.includes(host);
  const agents = agentsFor(env, isLoopback(host), !trusting);
  const pause = async (attempt: number, retryAfter?: string) => {
    const wait = pausesMs[attempt - 1];
    if (wait === undefined) return false;
    await delay(Math.max(wait, retryAfterMs(retryAfter)), undefined, signal && { signal });
    return true;
  };
  const attempt = (request: HttpRequest) => sendOnce(request, agents, signal);
  return {
    send: (request) => followed(request, (next) => retried(next, attempt, pause)),
    pause,
  };
}

/** Hosts that Docker, too, reaches without certificates: 127.0.0.0/8, ::1 and localhost. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host);

interface Agents {
  readonly "http:": http.Agent;
  readonly "https:": https.Agent;
}

function agentsFor(env: NodeJS.ProcessEnv, direct: boolean, rejectUnauthorized: boolean): Agents {
  const options = { keepAlive: true, ...(!direct && { proxyEnv: env }) };
  const authorities = [env.SSL_CERT_FILE, env.NODE_EXTRA_CA_CERTS].flatMap((file) =>
    file ? [readFileSync(file, "utf8")] : [],
  );
  const ca = authorities.length > 0 ? [...rootCertificates, ...authorities] : undefined;
  return {
    "http:": new http.Agent(options),
    "https:": new https.Agent({ ...options, rejectUnauthorized, ...(ca && { ca }) }),
  };
}

type Send = (request: HttpRequest) => Promise<HttpResponse>;

/** Follows redirects of reads. Credentials are for the registry alone: they are not sent to another host. */
async function followed(request: HttpRequest, send: Send): Promise<HttpResponse> {
  let current = request;
  for (let count = 0; count <= maxRedirects; count++) {
    const response = await send(current);
    const location = response.header("location");
    const redirect = [301, 302, 303, 307, 308].includes(response.status) && location !== undefined;
    if (!redirect || request.method === "POST" || request.method === "PUT") return response;
    response.body.resume();
    const url = new URL(location, current.url);
    if (url.protocol === "http:" && current.url.protocol === "https:")
      throw new Error(`refused to follow a redirect from https to ${url.origin}`);
    current = {
      ...current,
      url,
      headers: url.host === current.url.host ? (current.headers ?? {}) : anonymous(current.headers),
    };
  }
  throw new Error(`more than ${maxRedirects} redirects`);
}

const anonymous = (headers: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== "authorization"));

async function retried(request: HttpRequest, send: Send, pause: Transport["pause"]): Promise<HttpResponse> {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await send(request);
      if (!isTransientStatus(response.status) || !(await pause(attempt, response.header("retry-after"))))
        return response;
      response.body.resume();
    } catch (error) {
      if (request.once === true || !isTransient(error) || !(await pause(attempt))) throw error;
    }
  }
}

/** Whether an answer may be another one a little later. */
export const isTransientStatus = (status: number): boolean => [408, 429, 500, 502, 503, 504].includes(status);

/** Whether a network error may pass by itself. */
export const isTransient = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  ["ECONNRESET", "ETIMEDOUT", "EPIPE", "EAI_AGAIN", "ERR_STREAM_PREMATURE_CLOSE", "ENETUNREACH"].includes(
    String(error.code),
  );

function retryAfterMs(value: string | undefined): number {
  if (value === undefined) return 0;
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), maxRetryAfterMs) : 0;
}

function sendOnce(
  { method, url, headers, body }: HttpRequest,
  agents: Agents,
  signal: AbortSignal | undefined,
): Promise<HttpResponse> {
  const secure = url.protocol === "https:";
  const length = body
    ? { "content-length": String(body.size) }
    : method === "POST" || method === "PUT"
      ? { "content-length": "0" }
      : {};
  const options = {
    method,
    agent: agents[secure ? "https:" : "http:"],
    headers: { "user-agent": "libcnb", ...headers, ...length },
  };
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).request(url, { ...options, ...(signal && { signal }) });
    request.setTimeout(idleTimeoutMs, () => request.destroy(timeout(url)));
    request.on("error", reject);
    request.on("response", (message) => resolve(responseOf(message, url)));
    if (!body) return void request.end();
    const source = Readable.from(body.open(), { objectMode: false });
    source.on("error", (error) => {
      reject(error); // before the broken connection reports itself
      request.destroy(error);
    });
    request.on("close", () => source.destroy());
    source.pipe(request);
  });
}

const responseOf = (message: http.IncomingMessage, url: URL): HttpResponse => ({
  status: message.statusCode ?? 0,
  header: (name) => {
    const value = message.headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  },
  body: message,
  url,
});

const timeout = (url: URL): Error =>
  Object.assign(new Error(`no answer from ${url.host} for ${idleTimeoutMs / 1000} s`), { code: "ETIMEDOUT" });
