import type http from "node:http";
import { Readable } from "node:stream";
import { defined } from "../../../defined.ts";
import { CnbError } from "../../../errors.ts";
import { limits } from "../../../limits.ts";
import type { RegistryOptions } from "../../registry-options.ts";
import { type Agents, agentsFor, isTrusted } from "./agents.ts";
import type { BlobExchange } from "./blob-connections.ts";
import { discard } from "./body.ts";
import { httpModule, httpsModule } from "./node-http.ts";
import { reachOf } from "./reach.ts";
import { eitherOf, isTransient, isTransientStatus, type Pause, retryPause } from "./retry.ts";
import { shouldWaitAgain, watchTime } from "./time-limits.ts";

export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** The request's body, which is opened again for each attempt. */
  readonly body?: { readonly size: number; open(): AsyncIterable<Uint8Array> };
  /**
   * True if the request must not be repeated after a failure, because it is optional or the server
   * may already have processed a part of it.
   */
  readonly once?: boolean;
  /** True if the body must only be sent to this host, even after a redirect. */
  readonly secret?: boolean;
  /** True if the response is a blob, which may take any time while bytes arrive. */
  readonly isBlob?: boolean;
  /** The number of bytes that the response is expected to have. */
  readonly expectedBytes?: number;
  /** Aborts this request. It does not affect other requests. */
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** Returns the value of a header by its lower-case name. */
  header(name: string): string | undefined;
  /** The response's body, which must be read or discarded. */
  readonly body: Readable;
  /** The URL that answered, after redirects. */
  readonly url: URL;
}

/** Sends requests, retries temporary failures and follows redirects. */
export interface Transport {
  send(request: HttpRequest): Promise<HttpResponse>;
  readonly pause: Pause;
}

const maxRedirects = limits.redirects.most;

/**
 * Creates a transport with `options`, for the URLs of the registry `home`. Connections are
 * persistent.
 */
export function createTransport(home: string, options: RegistryOptions): Transport {
  const agents = agentsFor(options);
  const pause = retryPause(home, options);
  const attempt = (request: HttpRequest) => sendOnce(request, { home, agents, options });
  return { send: (request) => followed(request, options, (next) => retried(next, attempt, pause)), pause };
}

type Send = (request: HttpRequest) => Promise<HttpResponse>;

/** Follows redirects. Credentials are for the registry alone: they are not sent to another host. */
async function followed(request: HttpRequest, options: RegistryOptions, send: Send): Promise<HttpResponse> {
  let current = request;
  for (let count = 0; count <= maxRedirects; count++) {
    const response = await send(current);
    const location = response.header("location");
    if (location === undefined || !redirects(response.status, request.method)) return response;
    discard(response.body);
    const url = redirectTarget(location, current.url, options);
    if (request.secret === true && url.host !== request.url.host) throw redirectedSecret(request.url.host, url.host);
    const { headers = {} } = current;
    current = { ...current, url, headers: url.host === current.url.host ? headers : anonymous(headers) };
  }
  throw new CnbError("REGISTRY_FAILED", `${request.url.host} redirected a request more than ${maxRedirects} times`);
}

const redirectedSecret = (from: string, to: string): CnbError =>
  new CnbError("REGISTRY_DENIED", `refused to follow a redirect from ${from} to ${to} with credentials for ${from}`, {
    hint: `Contact the operator of ${from}: it must not redirect such requests to another host.`,
  });

/** Only 307 and 308 keep the method and the body of what changes something. */
const redirects = (status: number, method: HttpRequest["method"]): boolean =>
  [307, 308].includes(status) || ([301, 302, 303].includes(status) && (method === "GET" || method === "HEAD"));

function redirectTarget(location: string, from: URL, options: RegistryOptions): URL {
  const url = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new CnbError(
      "REGISTRY_FAILED",
      `${from.host} redirected a request to ${JSON.stringify(location.slice(0, 200))}, which is not a valid http or https URL`,
    );
  if (url.protocol === "http:" && from.protocol === "https:" && !isTrusted(url.host, options))
    throw new CnbError(
      "REGISTRY_FAILED",
      `refused to follow a redirect from ${from.origin} to ${url.origin}, which does not use TLS`,
      {
        hint: `If you trust ${url.host} without TLS, add --insecure-registry ${url.host}.`,
      },
    );
  return url;
}

const anonymous = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== "authorization"));

async function retried(request: HttpRequest, send: Send, pause: Pause): Promise<HttpResponse> {
  if (request.once === true) return send(request);
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await send(request);
      const { status } = response;
      if (!isTransientStatus(status) || !(await pause(attempt, response.header("retry-after"), request.signal)))
        return response;
      discard(response.body);
    } catch (error) {
      const shouldRetry = isTransient(error) || shouldWaitAgain(error, attempt);
      if (!shouldRetry || !(await pause(attempt, undefined, request.signal))) throw error;
    }
  }
}

interface SendOptions {
  readonly home: string;
  readonly agents: Agents;
  readonly options: RegistryOptions;
}

function sendOnce(request: HttpRequest, { home, agents, options }: SendOptions): Promise<HttpResponse> {
  const { method, url, body } = request;
  const signal = eitherOf(options.signal, request.signal);
  return new Promise((resolve, reject) => {
    const { lookup } = reachOf(home, url, options);
    const { agent, forBlobs } = agents(url, home);
    const exchange = isLarge(request) ? forBlobs?.exchange(url, lookup) : undefined;
    const headers = headersOf(request);
    const settings = exchange ? onExchange(exchange, headers) : { agent, lookup, headers };
    const outgoing = (url.protocol === "https:" ? httpsModule() : httpModule).request(url, {
      ...settings,
      method,
      ...defined({ signal }),
    });
    const sendsBody = method === "PUT" || method === "PATCH";
    watchTime(outgoing, { host: url.host, isBlob: request.isBlob === true, sendsBody }, options);
    outgoing.on("error", reject);
    // A change of the protocol that nothing asked for closes the connection without an error.
    const closed = () => reject(unanswered());
    outgoing.once("close", closed);
    const source = body && sendBody(outgoing, body.open(), reject);
    outgoing.on("response", (message) => {
      outgoing.off("close", closed);
      if (source && !outgoing.writableEnded) endEarly(outgoing, source, message);
      resolve(responseOf(message, url, bodyOf(message, exchange)));
    });
    if (!body) outgoing.end();
  });
}

/** Smaller blobs take as long over the usual connections, one of which is open already. */
const leastLargeBytes = 1024 * 1024;

const isLarge = ({ isBlob, expectedBytes = 0 }: HttpRequest): boolean =>
  isBlob === true && expectedBytes >= leastLargeBytes;

const onExchange = (exchange: BlobExchange, headers: Readonly<Record<string, string>>) => ({
  createConnection: () => exchange,
  headers: { ...headers, connection: "keep-alive" },
});

/** A body of known length does not pass through the HTTP parser if the request has an exchange of its own. */
function bodyOf(message: http.IncomingMessage, exchange: BlobExchange | undefined): Readable {
  if (exchange === undefined) return message;
  const size = Number(message.headers["content-length"] ?? Number.NaN);
  const isBody = message.statusCode === 200 || message.statusCode === 206;
  if (isBody && size > 0 && message.headers["transfer-encoding"] === undefined) return exchange.bodyOf(message, size);
  message.on("close", () => exchange.finish(message));
  return message;
}

const unanswered = () =>
  Object.assign(new Error("the server closed the connection without a response"), { code: "ECONNRESET" });

function headersOf({ method, headers, body }: HttpRequest): Record<string, string> {
  const sends = method === "POST" || method === "PUT" || method === "PATCH";
  const length = sends ? String(body?.size ?? 0) : undefined;
  return { "user-agent": "libcnb", ...headers, ...defined({ "content-length": length }) };
}

function sendBody(
  outgoing: http.ClientRequest,
  bytes: AsyncIterable<Uint8Array>,
  failed: (error: Error) => void,
): Readable {
  const source = Readable.from(bytes, { objectMode: false });
  source.on("error", (error) => {
    failed(error); // before the broken connection reports itself
    outgoing.destroy(error);
  });
  outgoing.on("close", () => source.destroy());
  source.pipe(outgoing);
  return source;
}

/** A refusal in the middle of a body: the rest is not wanted, and the connection cannot be used again. */
function endEarly(outgoing: http.ClientRequest, source: Readable, message: http.IncomingMessage): void {
  source.destroy();
  message.on("close", () => outgoing.destroy());
}

const responseOf = (message: http.IncomingMessage, url: URL, body: Readable): HttpResponse => ({
  status: message.statusCode ?? 0,
  header: (name) => {
    const value = message.headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  },
  body,
  url,
});
