import type http from "node:http";
import { isIP, type LookupFunction, type OnReadOpts, type Socket } from "node:net";
import { Duplex, Readable } from "node:stream";

/** The size of the buffers into which connections read. A chunk keeps the whole buffer in memory. */
const bufferBytes = 1024 * 1024;
/** A buffer with less free space is not read into any more. */
const leastFreeBytes = 64 * 1024;

/** The options of a new connection. Its bytes go to `onread` instead of the stream. */
interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  /** The name for TLS; empty if the host is an address. */
  readonly servername: string;
  readonly lookup: LookupFunction;
  readonly onread: OnReadOpts;
}

type Connect = (options: ConnectOptions) => Socket;

/**
 * Persistent connections for large blobs. Node.js reads a response into a new buffer of 64 KiB each
 * time, and its HTTP parser copies the body into further buffers. For 100 MB, this takes 180 ms of
 * processor time. These connections read into large buffers, and the parser gets only the head of
 * the response, so it takes 40 ms.
 */
export class BlobConnections {
  readonly #connect: Connect;
  readonly #idle: Connection[] = [];

  constructor(connect: Connect) {
    this.#connect = connect;
  }

  /** Returns the stream for one request and its response. */
  exchange({ protocol, hostname, port }: URL, lookup: LookupFunction): BlobExchange {
    const host = hostname.replace(/^\[|\]$/g, "");
    const target = {
      host,
      port: Number(port || (protocol === "https:" ? 443 : 80)),
      servername: isIP(host) === 0 ? host : "",
      lookup,
    };
    const connection = this.#usable() ?? new Connection((onread) => this.#connect({ ...target, onread }), this);
    return connection.begin();
  }

  /** Returns an idle connection that the server has not closed, and closes those that are idle for too long. */
  #usable(): Connection | undefined {
    for (let connection = this.#idle.pop(); connection; connection = this.#idle.pop()) {
      if (connection.isUsable) return connection;
      connection.socket.destroy();
    }
    return undefined;
  }

  release(connection: Connection): void {
    this.#idle.push(connection);
  }

  forget(closed: Connection): void {
    const at = this.#idle.indexOf(closed);
    if (at >= 0) this.#idle.splice(at, 1);
  }
}

/** Returns the connections for large blobs. The static program has none: its engine has no `onread`. */
export const blobConnections = (connect: Connect): BlobConnections | undefined => new BlobConnections(connect);

/** A connection, and the exchange that currently uses it. */
class Connection {
  readonly socket: Socket;
  readonly #owner: BlobConnections;
  #exchange: BlobExchange | undefined;
  /** The time in ms since 1970 after which the server may close the idle connection. */
  #idleUntil = Number.POSITIVE_INFINITY;

  constructor(connect: (onread: OnReadOpts) => Socket, owner: BlobConnections) {
    this.#owner = owner;
    const space = new ReadSpace();
    const callback: OnReadOpts["callback"] = (count, buffer) => {
      space.take(count);
      return this.#receive(buffer.subarray(0, count));
    };
    this.socket = connect({ buffer: () => space.free(), callback });
    this.socket.on("error", (error) => this.#exchange?.destroy(error));
    this.socket.on("close", () => {
      owner.forget(this);
      this.#exchange?.destroy();
    });
  }

  begin(): BlobExchange {
    this.socket.ref();
    this.#exchange = new BlobExchange(this);
    return this.#exchange;
  }

  get isUsable(): boolean {
    return !this.socket.destroyed && this.socket.writable && Date.now() < this.#idleUntil;
  }

  /** Ends the current exchange. The connection may then be idle for `idleMs`; 0 closes it. */
  end(idleMs: number): void {
    this.#exchange = undefined;
    this.#idleUntil = Date.now() + idleMs;
    if (idleMs === 0 || !this.isUsable) {
      this.socket.destroy();
      return;
    }
    this.socket.unref();
    this.socket.resume();
    this.#owner.release(this);
  }

  #receive(bytes: Uint8Array): boolean {
    if (this.#exchange !== undefined) return this.#exchange.receive(bytes);
    this.socket.destroy(); // nothing was requested
    return false;
  }
}

/** The stream of one request and its response, on a connection that may remain open afterwards. */
export class BlobExchange extends Duplex {
  readonly #connection: Connection;
  #body: Body | undefined;
  /** The time for which the connection may be idle after a complete response. */
  #idleMs = 0;

  constructor(connection: Connection) {
    super({ allowHalfOpen: false });
    this.#connection = connection;
  }

  /** Receives bytes from the connection. Returns false if it should pause. */
  receive(bytes: Uint8Array): boolean {
    return this.#body === undefined ? this.push(bytes) : this.#body.receive(bytes);
  }

  /**
   * Returns the body of a response of `size` bytes, past the HTTP parser. Call this function while
   * the event `response` is handled.
   */
  bodyOf(message: http.IncomingMessage, size: number): Readable {
    const body = new Body(size, {
      wanted: () => this.#connection.socket.resume(),
      ended: (error) => this.destroy(error),
    });
    this.#body = body;
    this.#idleMs = idleMsAfter(message);
    // the parser has passed on what arrived together with the head
    message.on("data", (chunk: Uint8Array) => body.receive(chunk));
    message.on("error", (error) => !body.hasEnded && body.destroy(error));
    return body;
  }

  /** Ends the exchange after a response that the HTTP parser has read, such as a redirect. */
  finish(message: http.IncomingMessage): void {
    const isRead = message.complete && this.readableLength === 0;
    this.#idleMs = isRead ? idleMsAfter(message) : 0;
    this.destroy();
  }

  /** Lets the process end although the connection is open. */
  unref(): void {
    this.#connection.socket.unref();
  }

  override _read(): void {
    this.#connection.socket.resume();
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#connection.socket.write(chunk, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const isComplete = this.#body === undefined || this.#body.isComplete;
    this.#connection.end(error === null && isComplete ? this.#idleMs : 0);
    done(error);
  }
}

/**
 * Returns how long the connection of a response may be idle before the next request, in ms; 0 if the
 * server closes it. `Keep-Alive: timeout` is in seconds. The last second is not used, because the
 * server may close the connection while the request is on its way.
 */
function idleMsAfter({ httpVersion, headers }: http.IncomingMessage): number {
  if (httpVersion !== "1.1" || /\bclose\b/i.test(headers.connection ?? "")) return 0;
  const [, seconds] = /\btimeout=(\d+)/i.exec(String(headers["keep-alive"] ?? "")) ?? [];
  return seconds === undefined ? Number.POSITIVE_INFINITY : Math.max(Number(seconds) - 1, 0) * 1000;
}

interface BodyEvents {
  /** More bytes are wanted. */
  wanted(): void;
  /** The body is complete, or was destroyed. */
  ended(error?: Error): void;
}

/** The bytes of a body whose length is known. */
class Body extends Readable {
  readonly #events: BodyEvents;
  #left: number;

  constructor(size: number, events: BodyEvents) {
    super({ highWaterMark: bufferBytes });
    this.#left = size;
    this.#events = events;
  }

  /** True if all bytes arrived. They may not be read yet. */
  get hasEnded(): boolean {
    return this.#left <= 0;
  }

  /** True if all bytes arrived, and nothing after them. */
  get isComplete(): boolean {
    return this.#left === 0;
  }

  receive(bytes: Uint8Array): boolean {
    const own = bytes.subarray(0, Math.max(this.#left, 0));
    this.#left -= bytes.length;
    const wantsMore = own.length === 0 || this.push(own);
    if (this.#left > 0) return wantsMore;
    this.push(null);
    this.#events.ended();
    return true;
  }

  override _read(): void {
    this.#events.wanted();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (this.#left > 0) this.#events.ended(error ?? undefined);
    done(error);
  }
}

/** The buffers of a connection. A read fills the part after the read before. */
class ReadSpace {
  #buffer = Buffer.alloc(0);
  #used = 0;

  /** Returns the space for the next read. */
  free(): Buffer {
    if (this.#buffer.length - this.#used < leastFreeBytes) {
      this.#buffer = Buffer.allocUnsafeSlow(bufferBytes);
      this.#used = 0;
    }
    return this.#buffer.subarray(this.#used);
  }

  take(count: number): void {
    this.#used += count;
  }
}
