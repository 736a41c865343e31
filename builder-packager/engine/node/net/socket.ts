import * as fs from "engine:fs";
import * as loop from "engine:loop";
import { shutdown } from "engine:net";
import { Buffer } from "../buffer/class.ts";
import { Duplex } from "../stream/index.ts";
import { isIP } from "./address.ts";
import { type ConnectArguments, checkTimeout, connectArguments, readyStateOf, targetOf } from "./arguments.ts";
import { type Cancel, connectTo } from "./connection.ts";
import { socketError } from "./errors.ts";
import { IdleTimer } from "./idle-timer.ts";

/*
 * TCP sockets of clients. Reads and writes are done in threads of the engine. A socket cannot close its sending side alone:
 * `end` sends what is left, and both sides close together.
 */

type Done = (error?: Error | null) => void;

const READ_SIZE = 64 * 1024;

export class Socket extends Duplex {
  connecting = false;
  bytesRead = 0;
  bytesWritten = 0;
  remoteAddress: string | undefined;
  remotePort: number | undefined;
  timeout: number | undefined;
  readonly #idle = new IdleTimer(() => this.emit("timeout"));
  readonly #cancel: Cancel = { isCanceled: false, shut: undefined };
  #fd: number | undefined;
  /** Operations in threads: the descriptor is not closed before they are back. */
  #pending = 0;
  #isReading = false;
  #wantsRead = false;

  /** A secure socket is a socket, too: see {@link isSocket}. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: a subclass has instances of its own
    const { prototype } = this;
    const isOwn = Object.prototype.isPrototypeOf.call(prototype, value as object);
    return isOwn || (prototype === Socket.prototype && isMarked(value));
  }

  constructor() {
    super({ allowHalfOpen: false, emitClose: false });
  }

  get readyState(): string {
    return readyStateOf(this);
  }

  get remoteFamily(): string | undefined {
    return this.remoteAddress === undefined ? undefined : `IPv${isIP(this.remoteAddress)}`;
  }

  get pending(): boolean {
    return this.#fd === undefined;
  }

  connect(...args: ConnectArguments): this {
    const { options, connected } = connectArguments(args);
    const { host, port } = targetOf(options);
    this.connecting = true;
    this.#idle.touch();
    if (connected !== undefined) {
      this.once("connect", connected);
    }
    connectTo(host, port, this.#cancel).then(
      ({ fd, address }) => this.#open(fd, address, port),
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

  #open(fd: number, address: string, port: number): void {
    if (this.destroyed) {
      fs.close(fd);
      return;
    }
    this.#fd = fd;
    this.connecting = false;
    this.remoteAddress = address;
    this.remotePort = port;
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
        this.bytesWritten += chunk.byteLength;
        done();
      }
    });
  }

  override _destroy(error: Error | null, done: Done): void {
    this.connecting = false;
    this.#idle.stop();
    this.#cancel.isCanceled = true;
    this.#cancel.shut?.();
    if (this.#fd !== undefined) {
      shutdown(this.#fd);
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
  return new Socket().connect(...args);
}

/** Marks the sockets that have no class in common with this one, those of TLS. */
export const isSocket = Symbol("isSocket");

const isMarked = (value: unknown): boolean => typeof value === "object" && value !== null && isSocket in value;
