import * as fs from "engine:fs";
import * as loop from "engine:loop";
import { localAddress, peerAddress, resetOnClose, shutdown } from "engine:net";
import { Buffer } from "../buffer/class.ts";
import { codedError } from "../errors.ts";
import { Duplex } from "../stream/index.ts";
import { isIP } from "./address.ts";
import { type ConnectArguments, checkTimeout, connectArguments, readyStateOf, targetOf } from "./arguments.ts";
import { type Cancel, connectTo } from "./connection.ts";
import { socketError } from "./errors.ts";
import { IdleTimer } from "./idle-timer.ts";

/* Sockets. Reads and writes are done in threads of the engine. */

interface SocketOptions {
  /** A descriptor that the socket takes over: of a socket, a pipe or a terminal. */
  readonly fd?: number | undefined;
  readonly allowHalfOpen?: boolean | undefined;
  readonly readable?: boolean | undefined;
  readonly writable?: boolean | undefined;
}

type Done = (error?: Error | null) => void;

/** Each read starts a thread: with 64 KiB, a large download takes twice the processor time. */
const READ_SIZE = 256 * 1024;

export class Socket extends Duplex {
  connecting = false;
  bytesRead = 0;
  remoteAddress: string | undefined;
  remotePort: number | undefined;
  timeout: number | undefined;
  readonly #idle = new IdleTimer(() => this.emit("timeout"));
  readonly #cancel: Cancel = { isCanceled: false, shut: undefined };
  #fd: number | undefined;
  /** Operations in threads: the descriptor is not closed before they are back. */
  #pending = 0;
  #isReading = false;
  #sent = 0;
  #wantsRead = false;
  #isReset = false;

  /** A secure socket is a socket, too: see {@link isSocket}. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: a subclass has instances of its own
    const { prototype } = this;
    const isOwn = Object.prototype.isPrototypeOf.call(prototype, value as object);
    return isOwn || (prototype === Socket.prototype && isMarked(value));
  }

  constructor(options?: SocketOptions) {
    const { fd, allowHalfOpen = false, readable = true, writable = true } = options ?? {};
    const directions = fd === undefined ? {} : { readable, writable };
    super({ allowHalfOpen, emitClose: false, ...directions });
    this.#fd = fd;
    this.#setPeer();
  }

  /** The descriptor of a connected socket, which a child process may inherit. */
  get fd(): number | undefined {
    return this.#fd;
  }

  get localAddress(): string | undefined {
    return this.#local()[0];
  }

  get localPort(): number | undefined {
    const port = this.#local()[1];
    return port === undefined ? undefined : Number(port);
  }

  #local(): readonly string[] {
    const found = this.#fd === undefined ? [] : localAddress(this.#fd);
    return typeof found === "number" ? [] : found;
  }

  #setPeer(): void {
    const found = this.#fd === undefined ? [] : peerAddress(this.#fd);
    const [address, port] = typeof found === "number" ? [] : found;
    if (address !== undefined) {
      this.remoteAddress = address;
      this.remotePort = Number(port);
    }
  }

  get readyState(): string {
    return readyStateOf(this);
  }

  get remoteFamily(): string | undefined {
    return this.remoteAddress === undefined ? undefined : `IPv${isIP(this.remoteAddress)}`;
  }

  /** The bytes that were written to the socket, sent or not. */
  get bytesWritten(): number {
    return this.#sent + this.writableLength;
  }

  get pending(): boolean {
    return this.#fd === undefined;
  }

  connect(...args: ConnectArguments): this {
    const { options, connected } = connectArguments(args);
    const target = targetOf(options);
    this.connecting = true;
    this.#idle.touch();
    if (connected !== undefined) {
      this.once("connect", connected);
    }
    connectTo(target, this.#cancel).then(
      ({ fd, address }) => this.#open(fd, address, target.port),
      (error: Error) => this.destroy(error),
    );
    return this;
  }

  setTimeout(ms: number, callback?: () => void): this {
    checkTimeout(ms, callback);
    this.timeout = ms;
    this.#idle.start(ms);
    if (callback !== undefined) {
      if (ms === 0) {
        this.removeListener("timeout", callback);
      } else {
        this.once("timeout", callback);
      }
    }
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  /** Sends the remaining data, then closes the socket. */
  destroySoon(): void {
    if (this.writable) {
      this.end();
    }
    if (this.writableFinished) {
      this.destroy();
    } else {
      this.once("finish", () => this.destroy());
    }
  }

  /** Closes the socket and discards what was not sent: the peer's connection is broken. */
  resetAndDestroy(): this {
    if (this.#fd !== undefined) {
      resetOnClose(this.#fd);
      this.#isReset = true;
    }
    if (this.connecting) {
      return this.once("connect", () => this.resetAndDestroy());
    }
    return this.destroy(this.#fd === undefined ? closed() : undefined) as this;
  }

  #open(fd: number, address: string, port: number | undefined): void {
    if (this.destroyed) {
      fs.close(fd);
      return;
    }
    this.#fd = fd;
    this.connecting = false;
    if (port !== undefined) {
      this.remoteAddress = address;
      this.remotePort = port;
    }
    this.#idle.touch();
    this.emit("connect");
    this.emit("ready");
    if (this.#wantsRead) {
      this._read();
    }
  }

  override _read(): void {
    if (this.#fd === undefined || this.#isReading) {
      this.#wantsRead = this.#fd === undefined;
      return;
    }
    this.#wantsRead = false;
    this.#isReading = true;
    this.#pending += 1;
    loop.read(this.#fd, READ_SIZE, (result) => {
      this.#isReading = false;
      this.#back();
      if (this.destroyed) {
        return;
      }
      this.#idle.touch();
      if (typeof result === "number") {
        this.destroy(socketError(result, "read"));
      } else if (result.byteLength === 0) {
        this.push(null);
        // The end is seen by a read only; nobody may be reading.
        this.read(0);
      } else {
        this.bytesRead += result.byteLength;
        this.push(Buffer.from(result));
      }
    });
  }

  override _write(chunk: Buffer<ArrayBuffer>, _encoding: string, done: Done): void {
    if (this.#fd === undefined) {
      // Data written before the connection waits for it; without a connection, `destroy` ends the
      // write.
      this.once("connect", () => this._write(chunk, "buffer", done));
      return;
    }
    this.#pending += 1;
    loop.write(this.#fd, chunk.buffer, chunk.byteOffset, chunk.byteLength, (result) => {
      this.#back();
      this.#idle.touch();
      if (result < 0) {
        done(socketError(result, "write"));
      } else {
        this.#sent += chunk.byteLength;
        done();
      }
    });
  }

  /** Tells the peer that nothing follows. What it sends still comes. */
  override _final(done: Done): void {
    if (this.#fd === undefined && this.connecting) {
      this.once("connect", () => this._final(done));
      return;
    }
    if (this.#fd !== undefined) {
      shutdown(this.#fd, true);
    }
    done();
  }

  override _destroy(error: Error | null, done: Done): void {
    this.connecting = false;
    this.#idle.stop();
    this.#cancel.isCanceled = true;
    this.#cancel.shut?.();
    if (this.#fd !== undefined) {
      // A thread that reads or writes comes back. Without one, closing alone resets the connection.
      if (!this.#isReset || this.#pending > 0) {
        shutdown(this.#fd, false);
      }
      this.#closeIfIdle();
    }
    done(error);
    // After the event `error`, which comes in the next tick.
    process.nextTick(() => this.emit("close", error !== null));
  }

  #back(): void {
    this.#pending -= 1;
    if (this.destroyed) {
      this.#closeIfIdle();
    }
  }

  #closeIfIdle(): void {
    if (this.#pending === 0 && this.#fd !== undefined) {
      fs.close(this.#fd);
      this.#fd = undefined;
    }
  }
}

export function connect(...args: ConnectArguments): Socket {
  const { options } = connectArguments(args);
  return new Socket({ allowHalfOpen: options.allowHalfOpen }).connect(...args);
}

const closed = (): Error => codedError(Error, "ERR_SOCKET_CLOSED", "Socket is closed");

/** Marks the sockets that have no class in common with this one, those of TLS. */
export const isSocket = Symbol("isSocket");

const isMarked = (value: unknown): boolean => typeof value === "object" && value !== null && isSocket in value;
