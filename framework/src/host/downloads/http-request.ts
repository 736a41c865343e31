import { type ClientRequest, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import { connect } from "node:tls";
import { defined } from "../../defined.ts";
import { certificateAuthorities } from "../certificates/certificates.ts";
import { DownloadProblem, proxyHint } from "./download-failure.ts";
import { percentDecoded } from "./percent-encoding.ts";
import { proxyFor } from "./proxy.ts";
import { Interrupted } from "./retry.ts";

/** The parameters of an HTTP GET request. */
export interface GetRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly idleTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** The response to a request. Its body has not been read yet. */
export interface HttpResponse extends AsyncIterable<Uint8Array> {
  readonly statusCode?: number | undefined;
  readonly statusMessage?: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** True if the body was received completely. */
  readonly complete: boolean;
  destroy(): unknown;
}

/** The error for a connection on which too few bytes arrive. */
export class IdleTimeout extends Error {
  override readonly name = "IdleTimeout";
}

/**
 * Sends a request through the environment's proxy and returns the response. The caller must handle
 * redirects.
 */
export async function get(given: GetRequest): Promise<HttpResponse> {
  // Node.js would decode credentials, and fail where a percent sign encodes nothing: they are in the headers
  const request = { ...given, url: new URL(withoutCredentials(given.url)) };
  const proxy = proxyFor(request.url, request.env);
  if (request.url.protocol === "http:")
    return proxy ? viaHttpProxy(request, proxy) : send(request, httpRequest(request.url, options(request)));
  const ca = certificateAuthorities(request.env);
  const tls = ca === undefined ? {} : { ca: [...ca] };
  if (proxy === undefined) return send(request, httpsRequest(request.url, { ...options(request), ...tls }));
  const socket = await tunnel(request, proxy, tls);
  const createConnection = () => connect({ socket, ...identity(request.url), ...tls });
  try {
    // no agent: one would make a connection of its own
    const response = await send(
      request,
      httpsRequest(request.url, { ...options(request), agent: undefined, createConnection }),
    );
    return response.once("close", () => socket.destroy()); // the tunnel ends with it
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

// agent: false, so that no idle connection keeps the process alive
const options = ({ headers, signal }: GetRequest) => ({ agent: false as const, headers, ...defined({ signal }) });

// A plain http URL is asked of the proxy as a whole; many proxies allow CONNECT to port 443 only.
function viaHttpProxy(request: GetRequest, proxy: URL): Promise<IncomingMessage> {
  const headers = { host: request.url.host, ...request.headers, ...authorization(proxy) };
  const path = request.url.href;
  return send(request, requestOf(proxy)(origin(proxy), { ...options(request), path, headers }));
}

async function tunnel(request: GetRequest, proxy: URL, tls: { readonly ca?: string[] }): Promise<Socket> {
  const target = `${request.url.hostname}:${request.url.port || 443}`;
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const asked = requestOf(proxy)(origin(proxy), {
    ...options(request),
    ...tls,
    method: "CONNECT",
    path: target,
    headers: { host: target, ...authorization(proxy) },
  });
  const silent = () =>
    asked.destroy(new IdleTimeout(`the proxy ${proxy.host} did not answer within ${request.idleTimeoutMs} ms`));
  asked.setTimeout(request.idleTimeoutMs, silent);
  asked.once("connect", ({ statusCode }, socket) => {
    socket.removeAllListeners("timeout").setTimeout(0);
    if (statusCode === 200) return resolve(socket);
    socket.destroy();
    const refusal = `the proxy ${proxy.host} refused a connection to ${target}: HTTP ${statusCode}`;
    reject(new DownloadProblem(refusal, proxyHint(statusCode)));
  });
  asked
    .once("error", reject)
    .once("close", () => reject(unanswered()))
    .end();
  return promise;
}

function send(request: GetRequest, sent: ClientRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  // a byte now and then is not silence
  const slow = () => sent.destroy(new IdleTimeout(`no response arrived within ${request.idleTimeoutMs} ms`));
  const timer = setTimeout(slow, request.idleTimeoutMs);
  const answered = () => clearTimeout(timer);
  sent.setTimeout(request.idleTimeoutMs, () =>
    sent.destroy(new IdleTimeout(`no data arrived within ${request.idleTimeoutMs} ms`)),
  );
  // an answer to what was not asked, another protocol, closes the connection without an error
  sent
    .once("response", answered)
    .once("response", resolve)
    .once("error", reject)
    .once("close", answered)
    .once("close", () => reject(unanswered()))
    .end();
  return promise;
}

const unanswered = () => new Interrupted("the connection ended without a response");

const requestOf = (proxy: URL) => (proxy.protocol === "https:" ? httpsRequest : httpRequest);
const origin = (url: URL) => `${url.protocol}//${url.host}`;
/** The host that the certificate must name. An address is not sent as a server name; without `host`, Node.js would expect `localhost`. */
function identity({ hostname }: URL): { readonly host: string; readonly servername: string } {
  const host = hostname.replace(/^\[|\]$/g, "");
  return { host, servername: /^[\d.]+$|:/.test(host) ? "" : host };
}

function authorization({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === "") return {};
  return { "proxy-authorization": basicAuthorization({ username, password }) };
}

/** Formats the `Authorization` header for the user name and password in a URL. */
export function basicAuthorization({ username, password }: Pick<URL, "username" | "password">): string {
  return `Basic ${Buffer.from(`${percentDecoded(username)}:${percentDecoded(password)}`).toString("base64")}`;
}

function withoutCredentials(url: URL): string {
  return `${origin(url)}${url.pathname}${url.search}`;
}
