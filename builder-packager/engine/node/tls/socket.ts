import * as engine from "engine:tls";
import { Buffer } from "../buffer/class.ts";
import { isIP } from "../net/address.ts";
import { type ConnectOptions, checkTimeout, connectArguments, readyStateOf } from "../net/arguments.ts";
import { connectionReset } from "../net/errors.ts";
import { IdleTimer } from "../net/idle-timer.ts";
import { isSocket, Socket } from "../net/socket.ts";
import { Duplex } from "../stream/index.ts";
import { checkSecureOptions, type SecureContext, settingsOf } from "./context.ts";

/* TLS over any stream: a socket, or a tunnel through a proxy. The engine checks certificates and names. */

type Done = (error?: Error | null) => void;
type Pem = string | Uint8Array;

export interface SecureOptions extends ConnectOptions {
  /** The stream to use instead of a new connection. */
  readonly socket?: Duplex | undefined;
  readonly servername?: string | undefined;
  readonly ca?: Pem | readonly Pem[] | undefined;
  readonly rejectUnauthorized?: boolean | undefined;
  readonly secureContext?: SecureContext | undefined;
}

function pemTexts(ca: SecureOptions["ca"]): string[] | undefined {
  if (ca === undefined || ca === null) {
    return undefined;
  }
  const all = Array.isArray(ca) ? (ca as readonly Pem[]) : [ca as Pem];
  return all.map((one) => (typeof one === "string" ? one : Buffer.from(one).toString("latin1")));
}

function tlsError(code: string | undefined, message: string): Error {
  const error = new Error(message);
  return code === undefined ? error : Object.assign(error, { code });
}

interface Waiting {
  readonly chunk: Buffer<ArrayBuffer>;
  readonly done: Done;
}

export class TLSSocket extends Duplex {
  readonly encrypted = true;
  authorized = false;
  /** Null if the certificate was verified; the engine does not say why it would have refused another one. */
  authorizationError: Error | null | undefined;
  readonly servername: string;
  bytesRead = 0;
  timeout: number | undefined;
  readonly #transport: Duplex;
  readonly #idle = new IdleTimer(() => this.emit("timeout"));
  #client: number | undefined;
  readonly #isVerified: boolean;
  #isSecure = false;
  #isEnded = false;
  #sent = 0;
  #waiting: Waiting | undefined;

  constructor(transport: Duplex, options: SecureOptions) {
    super({ allowHalfOpen: false, emitClose: false });
    checkSecureOptions(options);
    this.#transport = transport;
    this.#isVerified = options.rejectUnauthorized !== false;
    this.servername = options.servername || options.host || "localhost";
    const client = engine.newClient({
      servername: this.servername,
      ca: pemTexts(settingsOf(options).ca),
      rejectUnauthorized: this.#isVerified,
    });
    if (typeof client !== "number") {
      this.destroy(tlsError(...client));
      return;
    }
    this.#client = client;
    transport.on("data", (chunk: Buffer<ArrayBuffer>) => this.#receive(chunk));
    transport.on("end", () => this.#endOfTransport());
    transport.on("error", (error: Error) => this.destroy(error));
    transport.on("close", () => this.destroy());
    this.#receive(Buffer.alloc(0));
  }

  get [isSocket](): true {
    return true;
  }

  get readyState(): string {
    return readyStateOf(this);
  }

  get connecting(): boolean {
    return (this.#transport as Partial<Socket>).connecting === true;
  }

  get secureConnecting(): boolean {
    return !this.#isSecure;
  }

  /** The bytes that were written to the socket, sent or not. */
  get bytesWritten(): number {
    return this.#sent + this.writableLength;
  }

  get remoteAddress(): string | undefined {
    return (this.#transport as Partial<Socket>).remoteAddress;
  }

  get remotePort(): number | undefined {
    return (this.#transport as Partial<Socket>).remotePort;
  }

  get remoteFamily(): string | undefined {
    return (this.#transport as Partial<Socket>).remoteFamily;
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

  override _read(): void {
    this.#transport.resume();
  }

  override _write(chunk: Buffer<ArrayBuffer>, _encoding: string, done: Done): void {
    if (!this.#isSecure) {
      this.#waiting = { chunk, done };
      return;
    }
    const wire =
      this.#client === undefined
        ? undefined
        : engine.send(this.#client, chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (wire === undefined) {
      done(Object.assign(new Error("write EPIPE"), { code: "EPIPE", syscall: "write" }));
      return;
    }
    this.#idle.touch();
    this.#transport.write(Buffer.from(wire), (error) => {
      this.#sent += error ? 0 : chunk.byteLength;
      done(error);
    });
  }

  override _final(done: Done): void {
    const wire = this.#client === undefined || !this.#isSecure ? undefined : engine.close(this.#client);
    if (wire === undefined || wire.byteLength === 0 || !this.#transport.writable) {
      done();
    } else {
      // The peer may have gone already, which is no error at the end.
      this.#transport.write(Buffer.from(wire), () => done());
    }
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#idle.stop();
    if (this.#client !== undefined) {
      engine.free(this.#client);
      this.#client = undefined;
    }
    this.#transport.destroy();
    done(error);
    // After the event `error`, which comes in the next tick.
    process.nextTick(() => this.emit("close", error !== null));
  }

  #receive(chunk: Buffer<ArrayBuffer>): void {
    if (this.#client === undefined) {
      return;
    }
    this.#idle.touch();
    const progress = engine.receive(this.#client, chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const { plain, wire, isSecure, isClosed, code, message } = progress;
    if (wire.byteLength > 0 && this.#transport.writable) {
      this.#transport.write(Buffer.from(wire));
    }
    if (message !== undefined || code !== undefined) {
      this.#refuse(tlsError(code, message ?? `${code}`), plain);
      return;
    }
    if (isSecure && !this.#isSecure) {
      this.#secured();
    }
    this.bytesRead += plain.byteLength;
    if (plain.byteLength > 0 && !this.push(Buffer.from(plain))) {
      this.#transport.pause();
    }
    if (isClosed) {
      this.#end();
    }
  }

  /** Fails the connection after the data that the peer sent before is read, as in Node.js. */
  #refuse(error: Error, plain: ArrayBuffer): void {
    if (plain.byteLength === 0) {
      this.destroy(error);
      return;
    }
    this.push(Buffer.from(plain));
    if (this.#client !== undefined) {
      engine.free(this.#client);
      this.#client = undefined;
    }
    setImmediate(() => this.destroy(error));
  }

  #secured(): void {
    this.#isSecure = true;
    this.authorized = this.#isVerified;
    this.authorizationError = this.#isVerified ? null : undefined;
    this.emit("secureConnect");
    this.emit("secure");
    const waiting = this.#waiting;
    if (waiting !== undefined) {
      this.#waiting = undefined;
      this._write(waiting.chunk, "buffer", waiting.done);
    }
  }

  #end(): void {
    if (!this.#isEnded) {
      this.#isEnded = true;
      this.push(null);
      this.read(0);
    }
  }

  #endOfTransport(): void {
    if (this.#isSecure) {
      this.#end();
    } else {
      this.destroy(connectionReset("Client network socket disconnected before secure TLS connection was established"));
    }
  }
}

type SecureArguments =
  | readonly [options: SecureOptions, connected?: () => void]
  | readonly [port: number, options?: SecureOptions, connected?: () => void]
  | readonly [port: number, host: string, options?: SecureOptions, connected?: () => void];

export function connect(...args: SecureArguments): TLSSocket {
  const { options: target, connected } = connectArguments(args);
  const given = args.slice(1).find((each) => typeof each === "object") as SecureOptions | undefined;
  const options: SecureOptions = { ...target, ...given };
  const { host, port, lookup } = options;
  const own = options.socket === undefined ? new Socket() : undefined;
  const transport = own ?? (options.socket as Duplex);
  const name = options.servername ?? (host === undefined || isIP(host) !== 0 ? "" : host);
  const socket = new TLSSocket(transport, { ...options, servername: name });
  // only after the options are accepted
  own?.connect({ host, port, lookup });
  transport.once("connect", () => socket.emit("connect"));
  own?.once("ready", () => socket.emit("ready"));
  if (connected !== undefined) {
    socket.once("secureConnect", connected);
  }
  return socket;
}
