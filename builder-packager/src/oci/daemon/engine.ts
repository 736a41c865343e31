import { readFileSync } from "node:fs";
import type http from "node:http";
import type https from "node:https";
import { join } from "node:path";
import { type Duplex, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { announcing } from "../../waiting.ts";
import { bytesOf } from "../registry/transport/body.ts";
import { httpModule, httpsModule } from "../registry/transport/node-http.ts";
import type { Endpoint } from "./endpoint.ts";
import { brokenOff, messageIn, refusedBy, tooLong, unreachable } from "./errors.ts";
import { findEndpoint } from "./find-endpoint.ts";
import type { DaemonOptions } from "./options.ts";

/**
 * The client of a Docker daemon or podman service (https://docs.docker.com/reference/api/engine/).
 */
export interface Engine {
  /** The engine's address for errors, for example `unix:///var/run/docker.sock`. */
  readonly where: string;
  /** The address of the engine's API. */
  readonly endpoint: Endpoint;
  /** Sends a request and returns the response if its status is in `expect`. */
  send(request: EngineRequest): Promise<EngineAnswer>;
  /** Opens a bidirectional connection, for example to receive a container's output. */
  hijack(path: string): Promise<Duplex>;
}

export interface EngineAnswer {
  readonly status: number;
  /** Streams the body, which must be read or discarded. */
  content(): AsyncIterable<Uint8Array>;
  /** Returns the whole body as text. Throws DAEMON_FAILED for more than 16 MiB. */
  text(): Promise<string>;
  /**
   * Returns the whole body of a short response as text. Throws DAEMON_FAILED for more than 16 MiB,
   * or after 30 s.
   */
  document(): Promise<string>;
  discard(): void;
}

export interface EngineRequest {
  readonly method: "GET" | "POST" | "DELETE";
  /** The path after the API version, for example `/images/json`. */
  readonly path: string;
  readonly expect: readonly number[];
  /** The tar archive to send as the request's body. */
  readonly body?: AsyncIterable<Uint8Array>;
  /** The value to send as the request's JSON body, instead of a tar archive. */
  readonly json?: unknown;
  /**
   * The time limit for the start of the response, in milliseconds. @default unlimited, because an
   * engine may first save a large image
   */
  readonly withinMs?: number;
  /**
   * True if the response waits for an event, such as the end of a container. While waiting for such
   * a response, no message is printed.
   */
  readonly isLong?: boolean;
}

/** The most that is read of an engine's error response, which is usually a few lines. */
const maxErrorBytes = limits.engineError.most;
const maxTextBytes = limits.engineText.most;
/** The time limit of a ping: a hung engine accepts connections but does not respond. */
const pingTimeoutMs = 30_000;
/** The time limit of a document: a hostile engine could send single bytes forever. */
const documentTimeoutMs = 30_000;

/**
 * Finds a container engine and negotiates the version of the engine's API.
 *
 * @param purpose the operation, as an imperative for errors: `read docker-daemon:app:1`.
 * @throws CnbError DAEMON_ADDRESS_INVALID, DAEMON_UNREACHABLE, DAEMON_FAILED.
 */
export async function openEngine(purpose: string, { env = {}, ...options }: DaemonOptions): Promise<Engine> {
  return engineAt(findEndpoint(env), purpose, options);
}

/** Connects to a container engine at a known address. Throws DAEMON_UNREACHABLE, DAEMON_FAILED. */
export async function engineAt(
  endpoint: Endpoint,
  purpose: string,
  { signal, waiting }: Omit<DaemonOptions, "env"> = {},
): Promise<Engine> {
  const { where } = endpoint;
  const base = { ...requestOptions(endpoint, purpose), ...defined({ signal }) };
  const sent = (request: EngineRequest, prefix: string) => {
    const hush = request.isLong ? () => undefined : announcing(where, waiting);
    return send(endpoint, { ...base, prefix }, request, purpose).finally(hush);
  };
  const ping = await sent({ method: "GET", path: "/_ping", expect: [200], withinMs: pingTimeoutMs }, "");
  ping.destroy(); // its headers are enough, and its body may have no end
  const version = ping.headers["api-version"];
  // Without a version an engine takes its newest, which later ones will no longer do.
  const prefix = typeof version === "string" && /^\d+\.\d+$/.test(version) ? `/v${version}` : "";
  return {
    where,
    endpoint,
    send: async (request) => answerOf(await sent(request, prefix), where, purpose),
    hijack: (path) => hijack(endpoint, { ...base, prefix }, path, purpose),
  };
}

function answerOf(message: http.IncomingMessage, where: string, purpose: string): EngineAnswer {
  const content = () => contentOf(message, where, purpose);
  const text = async () =>
    (await bytesOf(content(), maxTextBytes, () => tooLong(where, purpose, maxTextBytes))).toString();
  return {
    status: message.statusCode ?? 0,
    content,
    text,
    document: () => endedLate(message, documentTimeoutMs, text),
    discard: () => message.destroy(),
  };
}

/** Aborts a response that is incomplete after `ms`. */
async function endedLate(message: http.IncomingMessage, ms: number, read: () => Promise<string>): Promise<string> {
  const timer = setTimeout(
    () => message.destroy(new Error(`the container engine did not complete its response within ${ms / 1000} s`)),
    ms,
  );
  try {
    return await read();
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The bytes of a response.
 *
 * @throws CnbError DAEMON_FAILED when it breaks off.
 */
async function* contentOf(message: http.IncomingMessage, where: string, purpose: string) {
  try {
    yield* message as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw brokenOff(where, purpose, cause);
  }
}

/** Returns the beginning of a response's text. */
async function beginningOf(message: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of message) {
    parts.push(part);
    size += part.length;
    if (size > limit) break;
  }
  return Buffer.concat(parts).subarray(0, limit).toString();
}

type BaseOptions = https.RequestOptions & { readonly prefix: string };

function requestOptions({ connection, certificates, where }: Endpoint, purpose: string): https.RequestOptions {
  if ("socketPath" in connection) return { socketPath: connection.socketPath, agent: false };
  const secured = certificates === undefined ? {} : tls(certificates, where, purpose);
  return { ...connection, agent: false, ...secured };
}

function tls(dir: string, where: string, purpose: string) {
  try {
    return {
      ca: readFileSync(join(dir, "ca.pem")),
      cert: readFileSync(join(dir, "cert.pem")),
      key: readFileSync(join(dir, "key.pem")),
    };
  } catch (cause) {
    throw new CnbError("DAEMON_UNREACHABLE", `cannot ${purpose}: the client certificates for ${where} cannot be read`, {
      cause,
      hint: `Put ca.pem, cert.pem and key.pem into ${dir}, or set DOCKER_CERT_PATH to the directory that contains these files.`,
    });
  }
}

async function send(endpoint: Endpoint, options: BaseOptions, request: EngineRequest, purpose: string) {
  const message = await answer(endpoint, options, request).catch((error: unknown) => {
    if (error instanceof CnbError || (error instanceof Error && error.name === "AbortError")) throw error;
    throw error instanceof Interrupted
      ? brokenOff(endpoint.where, purpose, error.cause)
      : unreachable(endpoint.where, purpose, error);
  });
  if (request.expect.includes(message.statusCode ?? 0)) return message;
  const body = await beginningOf(contentOf(message, endpoint.where, purpose), maxErrorBytes).catch(() => "");
  throw refusedBy(endpoint.where, purpose, `HTTP ${message.statusCode}: ${messageIn(body)}`);
}

class Interrupted extends Error {}

const isSecured = ({ connection }: Endpoint): boolean => "protocol" in connection && connection.protocol === "https:";

/** Docker responds with 101 and switches to a raw stream. Any other response is an error. */
function hijack(endpoint: Endpoint, { prefix, ...base }: BaseOptions, path: string, purpose: string): Promise<Duplex> {
  const headers = { "user-agent": "libcnb", connection: "Upgrade", upgrade: "tcp" };
  return new Promise((resolve, reject) => {
    const module = isSecured(endpoint) ? httpsModule() : httpModule;
    const request = module.request({ ...base, method: "POST", path: `${prefix}${path}`, headers });
    request.on("upgrade", (_answer, socket, head) => {
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    request.on("response", async (message) => {
      const body = await beginningOf(contentOf(message, endpoint.where, purpose), maxErrorBytes).catch(() => "");
      reject(refusedBy(endpoint.where, purpose, `HTTP ${message.statusCode}: ${messageIn(body)}`));
    });
    request.on("error", (cause) => reject(unreachable(endpoint.where, purpose, cause)));
    request.end();
  });
}

const typeOf = ({ body, json }: EngineRequest): { readonly "content-type"?: string } => {
  if (body) return { "content-type": "application/x-tar" };
  return json === undefined ? {} : { "content-type": "application/json" };
};

function answer(endpoint: Endpoint, { prefix, ...base }: BaseOptions, asked: EngineRequest) {
  const { method, path, body, json } = asked;
  const secured = isSecured(endpoint);
  const headers = { "user-agent": "libcnb", ...typeOf(asked) };
  return new Promise<http.IncomingMessage>((resolve, reject) => {
    const request = (secured ? httpsModule() : httpModule).request({
      ...base,
      method,
      path: `${prefix}${path}`,
      headers,
    });
    request.on("response", resolve);
    if (asked.withinMs !== undefined) endUnanswered(request, asked.withinMs);
    let connected = false;
    request.on("socket", (socket) => socket.on(secured ? "secureConnect" : "connect", () => (connected = true)));
    request.on("error", (cause) => {
      const interrupted = connected && cause.name !== "AbortError"; // once it has taken the connection, an engine is there
      reject(interrupted ? new Interrupted("", { cause }) : cause);
    });
    // A change of the protocol that nothing asked for closes the connection without an error.
    request.once("close", () =>
      reject(
        new Interrupted("", { cause: new Error("the container engine closed the connection without a response") }),
      ),
    );
    if (body) sendBody(body, request, reject);
    else request.end(json === undefined ? undefined : JSON.stringify(json));
  });
}

function endUnanswered(request: http.ClientRequest, ms: number): void {
  const timer = setTimeout(
    () => request.destroy(new Error(`the container engine did not respond within ${ms / 1000} s`)),
    ms,
  );
  for (const event of ["response", "close"]) request.once(event, () => clearTimeout(timer));
}

/**
 * Sends a request body while it is being produced. If producing the body fails, the function
 * calls `reject` with that error. An engine that refuses the body may answer and close the connection
 * before the whole body is sent. In that case, its answer is used.
 */
function sendBody(
  body: AsyncIterable<Uint8Array>,
  request: http.ClientRequest,
  reject: (error: unknown) => void,
): void {
  async function* watched() {
    try {
      yield* body;
    } catch (error) {
      reject(error);
      throw error;
    }
  }
  pipeline(Readable.from(watched(), { objectMode: false }), request).catch(() => undefined); // the request reports it
}
