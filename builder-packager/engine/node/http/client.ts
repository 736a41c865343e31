import { Buffer } from "../buffer/class.ts";
import { AbortError, checkUnavailable, codedError, notSupported } from "../errors.ts";
import { checkSignal } from "../internal/checks.ts";
import { checkLookup } from "../net/arguments.ts";
import type { Lookup } from "../net/connection.ts";
import { connectionReset } from "../net/errors.ts";
import { type Duplex, Writable } from "../stream/index.ts";
import { checkHeader } from "./headers.ts";
import { IncomingMessage } from "./incoming.ts";
import { type Head, parseError, ResponseParser } from "./parser.ts";
import type { HttpProxy } from "./proxy.ts";

type HeaderValue = string | number | readonly string[];
export type Connection = Duplex & {
  setTimeout(ms: number, callback?: () => void): unknown;
  connecting?: boolean;
  secureConnecting?: boolean;
};
type Done = (error?: Error | null) => void;

export interface RequestOptions {
  readonly protocol?: string | null | undefined;
  readonly host?: string | null | undefined;
  readonly hostname?: string | null | undefined;
  readonly port?: number | string | null | undefined;
  readonly defaultPort?: number | string | undefined;
  readonly method?: string | undefined;
  readonly path?: string | null | undefined;
  readonly headers?: Readonly<Record<string, HeaderValue | undefined>> | readonly string[] | undefined;
  readonly auth?: string | null | undefined;
  readonly setHost?: boolean | undefined;
  readonly timeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** False, or an agent. Without one, a request has its own connection. */
  readonly agent?: unknown;
  readonly lookup?: Lookup | undefined;
  readonly servername?: string | undefined;
  readonly createConnection?:
    | ((options: object, done: (error: Error | null, socket?: Duplex) => void) => unknown)
    | undefined;
}

export interface Defaults {
  readonly protocol: "http:" | "https:";
  readonly defaultPort: number;
  readonly connect: (options: RequestOptions & { host: string; port: number }) => Duplex;
}

type Target = RequestOptions & { readonly host: string; readonly port: number };

/** A tunnel that a proxy has not opened yet. */
export interface Opening {
  setTimeout(ms: number): unknown;
  destroy(): unknown;
}

/** The agent of a request: see agent.ts. */
interface Pool {
  readonly keepAlive: boolean;
  readonly protocol: string;
  readonly defaultPort: number;
  proxyFor(target: Target): HttpProxy | undefined;
  acquire(
    options: Target,
    done: (error: Error | null, socket?: Connection, isReused?: boolean) => void,
  ): Opening | undefined;
  release(options: Target, socket: Connection): void;
}

/**
 * Returns the agent of a request. An agent that makes connections itself is refused: without it, the
 * request would go another way, perhaps past a proxy.
 */
function poolOf(agent: unknown): Pool | undefined {
  if (agent === undefined || agent === null || agent === false) {
    return undefined;
  }
  const own = Object(agent);
  if (!("acquire" in own) || "addRequest" in own || "createConnection" in own) {
    throw notSupported("an agent with connections of its own");
  }
  return own as Pool;
}

/** Methods without a body, unless a length is given. */
const BODILESS = new Set(["GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT"]);

/** A body of at most this size is sent together with the head: each write takes a system call, and a record of TLS. */
const MOST_WITH_HEAD = 16 * 1024;

/**
 * A request. Without an agent, it has its own connection, which is closed after the response. The
 * body is sent as it is written, in chunks if its length is unknown.
 */
export class ClientRequest extends Writable {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly protocol: string;
  aborted = false;
  reusedSocket = false;
  res: IncomingMessage | undefined;
  socket: Connection | undefined;
  readonly #headers = new Map<string, { readonly name: string; readonly value: HeaderValue }>();
  readonly #parser: ResponseParser;
  #isHeadSent = false;
  /** The length of the body, if it was given whole. */
  #length: number | undefined;
  #isChunked = false;
  #hasError = false;
  #isClosed = false;
  #isGivenBack = false;
  #timeout = 0;
  #removeAbort = () => {};
  readonly #pool: Pool | undefined;
  #opening: Opening | undefined;
  readonly #target: Target;
  /** The path for a proxy that forwards the request: the whole URL. */
  #forwarded: string | undefined;

  constructor(options: RequestOptions, defaults: Defaults, onResponse?: (response: IncomingMessage) => void) {
    super({ autoDestroy: false, emitClose: false, decodeStrings: true });
    const { method = "GET", signal } = options;
    checkUnavailable(options, ["localAddress", "socketPath"]);
    this.#pool = poolOf(options.agent);
    this.protocol = options.protocol || defaults.protocol;
    const expected = this.#pool?.protocol ?? defaults.protocol;
    if (this.protocol !== expected) {
      throw codedError(
        TypeError,
        "ERR_INVALID_PROTOCOL",
        `Protocol "${this.protocol}" not supported. Expected "${expected}"`,
      );
    }
    this.path = options.path || "/";
    if (/[^\u0021-\u00ff]/.test(this.path)) {
      throw codedError(TypeError, "ERR_UNESCAPED_CHARACTERS", "Request path contains unescaped characters");
    }
    if (!/^[\^_`a-zA-Z\-0-9!#$%&'*+.|~]+$/.test(method)) {
      throw codedError(TypeError, "ERR_INVALID_HTTP_TOKEN", `Method must be a valid HTTP token ["${method}"]`);
    }
    checkSignal(signal, "options.signal");
    checkLookup(options.lookup);
    this.method = method.toUpperCase();
    this.host = options.hostname || options.host || "localhost";
    const defaultPort = Number(options.defaultPort || (this.#pool ?? defaults).defaultPort);
    const port = Number(options.port || defaultPort);
    this.#target = { ...options, host: this.host.replace(/^\[(.*)\]$/, "$1"), port };
    this.#setHeaders(options, port, defaultPort);
    this.#forward();
    this.#parser = new ResponseParser({
      head: (head) => this.#receiveHead(head),
      body: (chunk) => this.#receiveBody(chunk),
      end: (rawTrailers) => this.#receiveEnd(rawTrailers),
    });
    if (onResponse !== undefined) {
      this.once("response", onResponse);
    }
    if (options.timeout !== undefined) {
      this.setTimeout(options.timeout);
    }
    if (signal !== undefined) {
      this.#follow(signal);
    }
    this.#connect(defaults);
  }

  get finished(): boolean {
    return this.writableEnded;
  }

  get connection(): Connection | undefined {
    return this.socket;
  }

  get headersSent(): boolean {
    return this.#isHeadSent;
  }

  setHeader(name: string, value: HeaderValue): this {
    checkHeader(name, value);
    if (this.#isHeadSent) {
      throw codedError(Error, "ERR_HTTP_HEADERS_SENT", "Cannot set headers after they are sent to the client");
    }
    this.#headers.set(name.toLowerCase(), { name, value });
    return this;
  }

  getHeader(name: string): HeaderValue | undefined {
    return this.#headers.get(name.toLowerCase())?.value;
  }

  hasHeader(name: string): boolean {
    return this.#headers.has(name.toLowerCase());
  }

  removeHeader(name: string): void {
    this.#headers.delete(name.toLowerCase());
  }

  getHeaderNames(): string[] {
    return [...this.#headers.keys()];
  }

  getHeaders(): Record<string, HeaderValue> {
    return Object.fromEntries([...this.#headers].map(([key, { value }]) => [key, value]));
  }

  flushHeaders(): void {
    this.#whenConnected(() => this.#sendHead(undefined));
  }

  setTimeout(ms: number, callback?: () => void): this {
    this.#timeout = ms;
    if (callback !== undefined) {
      this.once("timeout", callback);
    }
    (this.socket ?? this.#opening)?.setTimeout(ms);
    return this;
  }

  setNoDelay(): void {}

  setSocketKeepAlive(): void {}

  abort(): void {
    if (!this.aborted) {
      this.aborted = true;
      process.nextTick(() => this.emit("abort"));
      this.destroy();
    }
  }

  override end(...args: unknown[]): this {
    const [chunk, encoding] = args;
    const hasChunk = chunk !== undefined && chunk !== null && typeof chunk !== "function";
    if (!this.#isHeadSent && !this.hasHeader("content-length") && !this.hasHeader("transfer-encoding")) {
      // The whole body is known, so that it needs no chunks.
      if (hasChunk && this.writableLength === 0) {
        this.#length = Buffer.byteLength(chunk as string, encoding as BufferEncoding);
      } else if (this.writableLength === 0 && !BODILESS.has(this.method)) {
        this.#length = 0;
      }
    }
    super.end(...(args as []));
    return this;
  }

  override _write(chunk: Buffer, _encoding: string, done: Done): void {
    this.#whenConnected((socket) => {
      const head = this.#takeHead(chunk.length);
      if (head !== undefined && !this.#isChunked && chunk.length <= MOST_WITH_HEAD) {
        socket.write(Buffer.concat([Buffer.from(head, "latin1"), chunk]), done);
        return;
      }
      if (head !== undefined) {
        socket.write(head, "latin1");
      }
      if (!this.#isChunked) {
        socket.write(chunk, done);
        return;
      }
      socket.write(`${chunk.length.toString(16)}\r\n`, "latin1");
      socket.write(chunk);
      socket.write("\r\n", "latin1", done);
    });
  }

  override _final(done: Done): void {
    this.#whenConnected((socket) => {
      this.#sendHead(undefined);
      if (this.#isChunked) {
        socket.write("0\r\n\r\n", "latin1", done);
      } else if (socket.secureConnecting ?? socket.connecting) {
        // A request that could not connect is not finished.
        socket.once(socket.secureConnecting ? "secureConnect" : "connect", () => done());
      } else {
        done();
      }
    });
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#removeAbort();
    const { socket } = this;
    if (socket !== undefined && !socket.destroyed) {
      // The rest comes with the end of the connection.
      socket.destroy(error ?? undefined);
    } else if (socket === undefined) {
      process.nextTick(() => this.#fail(error ?? connectionReset("socket hang up")));
      process.nextTick(() => this.#close());
      this.#opening?.destroy();
    }
    done(null);
  }

  #setHeaders({ headers = {}, auth, setHost = true }: RequestOptions, port: number, defaultPort: number): void {
    if (Array.isArray(headers)) {
      for (let index = 0; index < headers.length; index += 2) {
        this.setHeader(headers[index], headers[index + 1]);
      }
    } else {
      for (const [name, value] of Object.entries(headers as Record<string, HeaderValue>)) {
        this.setHeader(name, value);
      }
    }
    if (setHost && !this.hasHeader("host")) {
      const isBare = this.host.includes(":") && !this.host.startsWith("[");
      const name = isBare ? `[${this.host}]` : this.host;
      this.setHeader("Host", port === defaultPort ? name : `${name}:${port}`);
    }
    if (auth && !this.hasHeader("authorization")) {
      this.setHeader("Authorization", `Basic ${Buffer.from(auth).toString("base64")}`);
    }
  }

  #follow(signal: AbortSignal): void {
    const abort = () => this.destroy(new AbortError(undefined, { cause: signal.reason }));
    if (signal.aborted) {
      process.nextTick(abort);
    } else {
      signal.addEventListener("abort", abort, { once: true });
      this.#removeAbort = () => signal.removeEventListener("abort", abort);
    }
  }

  /** A request that is not secure is sent to the proxy whole, with the URL as its path. */
  #forward(): void {
    const proxy = this.protocol === "http:" ? this.#pool?.proxyFor(this.#target) : undefined;
    if (proxy === undefined) {
      return;
    }
    this.#forwarded = `http://${this.getHeader("host") ?? this.host}${this.path}`;
    if (proxy.authorization !== undefined) {
      this.setHeader("proxy-authorization", proxy.authorization);
    }
    this.setHeader("proxy-connection", this.#pool?.keepAlive ? "keep-alive" : "close");
  }

  #connect({ connect }: Defaults): void {
    // As in Node.js, the listeners of the caller are there before anything happens.
    process.nextTick(() => {
      if (this.destroyed) {
        return;
      }
      let isGiven = false;
      const given = (error: Error | null, socket?: unknown, isReused = false) => {
        if (isGiven) {
          return;
        }
        isGiven = true;
        this.reusedSocket = isReused;
        if (error) {
          if ("proxyTunnelTimeout" in error) {
            this.emit("timeout");
          }
          this.#fail(error);
          this.#close();
        } else {
          this.#use(socket as Connection);
        }
      };
      try {
        this.#open(connect, given);
      } catch (error) {
        if (isGiven) {
          throw error;
        }
        given(error as Error);
      }
    });
  }

  #open(
    connect: Defaults["connect"],
    given: (error: Error | null, socket?: unknown, isReused?: boolean) => void,
  ): void {
    const options = this.#target;
    if (options.createConnection !== undefined) {
      const made = options.createConnection(options, given);
      if (made) {
        given(null, made);
      }
    } else if (this.#pool !== undefined) {
      this.#opening = this.#pool.acquire(options, given);
      this.#opening?.setTimeout(this.#timeout);
    } else {
      given(null, connect(options));
    }
  }

  #use(socket: Connection): void {
    this.socket = socket;
    if (this.destroyed) {
      socket.destroy();
    }
    socket.setTimeout(this.#timeout);
    socket.on("timeout", this.#onTimeout);
    socket.on("data", this.#onData);
    socket.on("end", this.#onEnd);
    socket.on("error", this.#onError);
    socket.on("close", this.#onClose);
    this.emit("socket", socket);
  }

  #leave(socket: Connection): void {
    socket.off("timeout", this.#onTimeout);
    socket.off("data", this.#onData);
    socket.off("end", this.#onEnd);
    socket.off("error", this.#onError);
    socket.off("close", this.#onClose);
  }

  readonly #onTimeout = (): void => {
    this.emit("timeout");
    this.res?.emit("timeout");
  };

  readonly #onData = (bytes: Buffer<ArrayBuffer>): void => {
    const { socket } = this;
    try {
      const rest = this.#parser.take(bytes);
      if (this.#tunnel !== undefined && socket !== undefined) {
        this.#giveTunnel(socket, this.#tunnel, rest);
      } else if (this.#parser.isDone) {
        if (rest.some((byte) => byte !== 13 && byte !== 10)) {
          throw parseError("HPE_INVALID_CONSTANT", "Expected HTTP/, RTSP/ or ICE/");
        }
        this.#finish();
      }
    } catch (error) {
      this.#fail(error as Error);
      socket?.destroy();
    }
  };

  readonly #onEnd = (): void => {
    if (this.#parser.end()) {
      this.#finish();
    } else if (this.res === undefined) {
      this.#fail(connectionReset("socket hang up"));
      this.socket?.destroy();
    }
  };

  readonly #onError = (error: Error): void => {
    this.#fail(error);
  };

  readonly #onClose = (): void => {
    const { res } = this;
    if (res === undefined) {
      this.#fail(connectionReset("socket hang up"));
    } else if (!res.complete && !this.#parser.end()) {
      res.destroy(connectionReset("aborted"));
    }
    this.#close();
  };

  #tunnel: IncomingMessage | undefined;

  #receiveHead(head: Head): "body" | "no body" | "tunnel" {
    const { status } = head;
    // As in Node.js, any answer to CONNECT is the last one.
    if (status >= 100 && status < 200 && status !== 101 && this.method !== "CONNECT") {
      this.emit(status === 100 ? "continue" : "information", informationOf(head));
      return "no body";
    }
    const response = new IncomingMessage(this.socket as Connection, head);
    if (this.method === "CONNECT") {
      this.#tunnel = response;
      this.res = response;
      return "tunnel";
    }
    if (status === 101) {
      throw parseError("HPE_PAUSED_UPGRADE", "Upgrade is not supported");
    }
    this.res = response;
    if (!this.emit("response", response)) {
      // Nobody listens: the body is read and dropped, so that the connection ends.
      response.resume();
    }
    return this.method === "HEAD" ? "no body" : "body";
  }

  #receiveBody(chunk: Buffer<ArrayBuffer>): void {
    if (this.res?.push(chunk) === false) {
      this.socket?.pause();
    }
  }

  #receiveEnd(rawTrailers: string[]): void {
    const { res } = this;
    if (res !== undefined) {
      res.complete = true;
      res.rawTrailers = rawTrailers;
      res.push(null);
    }
  }

  /**
   * The response is whole. When it has been read and the request has been sent, the connection goes
   * back to the agent or ends.
   */
  #finish(): void {
    const { socket, res } = this;
    if (socket === undefined) {
      return;
    }
    const leave = () => (this.#isReusable() ? this.#giveBack(socket) : socket.destroy());
    const end = () => {
      if (this.writableFinished) {
        leave();
      } else {
        this.once("finish", leave);
      }
    };
    if (res === undefined || res.readableEnded) {
      end();
    } else {
      res.once("end", end);
      res.once("close", end);
    }
    socket.resume();
  }

  /** True if neither side wants to close the connection, and the end of the response was not that of the connection. */
  #isReusable(): boolean {
    const { res } = this;
    const own = String(this.getHeader("connection"));
    if (this.#pool === undefined || res === undefined || !this.#parser.isFramed || !/^keep-alive$/i.test(own)) {
      return false;
    }
    const theirs = String(res.headers["connection"] ?? "").toLowerCase();
    return res.httpVersion === "1.1" ? !/\bclose\b/.test(theirs) : /\bkeep-alive\b/.test(theirs);
  }

  #giveBack(socket: Connection): void {
    // The response may end twice before the request is sent: by its end, and when it is closed.
    if (this.#isClosed || this.#isGivenBack) {
      return;
    }
    this.#isGivenBack = true;
    this.#leave(socket);
    this.#removeAbort();
    process.nextTick(() => {
      this.#close();
      this.#pool?.release(this.#target, socket);
    });
  }

  #giveTunnel(socket: Connection, response: IncomingMessage, head: Buffer): void {
    this.#leave(socket);
    this.#removeAbort();
    this.#isClosed = true;
    response.complete = true;
    response.push(null);
    // Neither flowing nor paused: the next listener for data starts it, and until then nothing is lost.
    (socket as { readableFlowing: boolean | null }).readableFlowing = null;
    if (!this.emit("connect", response, socket, head)) {
      socket.destroy();
    }
    this.destroyed = true;
    process.nextTick(() => this.emit("close"));
  }

  #fail(error: Error): void {
    if (!this.#hasError) {
      this.#hasError = true;
      this.emit("error", error);
    }
  }

  #close(): void {
    if (this.#isClosed) {
      return;
    }
    this.#isClosed = true;
    this.#removeAbort();
    this.destroyed = true;
    this.emit("close");
  }

  #whenConnected(run: (socket: Connection) => void): void {
    if (this.socket !== undefined) {
      run(this.socket);
    } else {
      this.once("socket", run);
    }
  }

  #sendHead(first: number | undefined): void {
    const head = this.#takeHead(first);
    if (head !== undefined) {
      this.socket?.write(head, "latin1");
    }
  }

  /** The head, which the caller sends, or undefined if it was sent. */
  #takeHead(first: number | undefined): string | undefined {
    if (this.#isHeadSent) {
      return undefined;
    }
    if (!this.hasHeader("connection")) {
      this.setHeader("Connection", this.#pool?.keepAlive ? "keep-alive" : "close");
    }
    if (!this.hasHeader("content-length") && !this.hasHeader("transfer-encoding")) {
      if (this.#length !== undefined) {
        this.setHeader("Content-Length", this.#length);
      } else if (first !== undefined) {
        this.setHeader("Transfer-Encoding", "chunked");
      }
    }
    const encoding = this.getHeader("transfer-encoding");
    this.#isChunked = encoding !== undefined && /chunked$/i.test(String(encoding));
    this.#isHeadSent = true;
    const lines = [`${this.method} ${this.#forwarded ?? this.path} HTTP/1.1`];
    for (const { name, value } of this.#headers.values()) {
      for (const one of Array.isArray(value) ? value : [value]) {
        lines.push(`${name}: ${one}`);
      }
    }
    return `${lines.join("\r\n")}\r\n\r\n`;
  }
}

function informationOf({ status, text, version, rawHeaders }: Head): object {
  return { statusCode: status, statusMessage: text, httpVersion: version, rawHeaders };
}
