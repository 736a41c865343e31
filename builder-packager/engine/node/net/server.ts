import { close } from "engine:fs";
import { setTimer } from "engine:loop";
import { accept, listen, localAddress, shutdown } from "engine:net";
import { codedError } from "../errors.ts";
import { EventEmitter } from "../events.ts";
import process from "../process/process.ts";
import { isIP } from "./address.ts";
import { socketError } from "./errors.ts";
import { resolveName } from "./names.ts";
import { Socket } from "./socket.ts";

interface ServerOptions {
  readonly allowHalfOpen?: boolean | undefined;
}

interface ListenOptions {
  readonly port?: number | undefined;
  readonly host?: string | undefined;
  readonly path?: string | undefined;
  readonly backlog?: number | undefined;
}

interface Address {
  readonly address: string;
  readonly family: string;
  readonly port: number;
}

type Listener = (...args: never[]) => void;

const BACKLOG = 511;
const EMFILE = -24;
/** Milliseconds until a connection is accepted again for which there was no descriptor. */
const PAUSE = 50;

/** A server of `node:net`. A thread of the engine waits for each connection. */
export class Server extends EventEmitter {
  listening = false;
  readonly #allowHalfOpen: boolean;
  readonly #open = new Set<Socket>();
  #fd: number | undefined;
  #path: string | undefined;
  #isClosing = false;
  /** True while a thread waits for a connection: the descriptor is closed when it is back. */
  #isAccepting = false;

  constructor(options?: ServerOptions | Listener, connected?: Listener) {
    super();
    const listener = typeof options === "function" ? options : connected;
    this.#allowHalfOpen = typeof options === "object" && options.allowHalfOpen === true;
    if (listener !== undefined) {
      this.on("connection", listener);
    }
  }

  listen(...args: unknown[]): this {
    if (this.listening) {
      const text = "Listen method has been called more than once without closing.";
      throw codedError(Error, "ERR_SERVER_ALREADY_LISTEN", text);
    }
    const last = args.at(-1);
    if (typeof last === "function") {
      this.once("listening", last as () => void);
    }
    const options = listenOptions(args);
    this.#isClosing = false;
    this.listening = true;
    const { path, port = 0, host = "::", backlog = BACKLOG } = options;
    if (path !== undefined || isIP(host) !== 0) {
      this.#start(path ?? host, path === undefined ? port : undefined, backlog);
    } else {
      resolveName(host, (error, [address = host]) => (error ? this.#fail(error) : this.#start(address, port, backlog)));
    }
    return this;
  }

  #start(address: string, port: number | undefined, backlog: number): void {
    const fd = listen(address, port ?? 0, backlog);
    if (fd < 0) {
      // as in Node.js, port 0 is not named
      this.#fail(listenError(fd, address, port === 0 ? undefined : port));
      return;
    }
    this.#path = port === undefined ? address : undefined;
    this.#fd = fd;
    this.#accept(fd);
    process.nextTick(() => {
      if (this.#fd === fd) {
        this.emit("listening");
      }
    });
  }

  #fail(error: Error): void {
    this.listening = false;
    process.nextTick(() => this.emit("error", error));
  }

  #accept(fd: number): void {
    this.#isAccepting = true;
    accept(fd, (result) => {
      this.#isAccepting = false;
      if (this.#fd !== fd) {
        if (result >= 0) {
          close(result);
        }
        close(fd);
        this.#closeIfDone();
        return;
      }
      if (result >= 0) {
        this.#connected(result);
      }
      if (this.#fd !== fd) {
        close(fd);
      } else if (result <= EMFILE) {
        setTimer(() => this.#accept(fd), PAUSE);
      } else {
        this.#accept(fd);
      }
    });
  }

  #connected(fd: number): void {
    const socket = new Socket({ fd, allowHalfOpen: this.#allowHalfOpen });
    this.#open.add(socket);
    socket.once("close", () => {
      this.#open.delete(socket);
      this.#closeIfDone();
    });
    this.emit("connection", socket);
    socket.read(0);
  }

  address(): Address | string | null {
    if (this.#fd === undefined) {
      return null;
    }
    const found = localAddress(this.#fd);
    const [address, port] = typeof found === "number" ? [] : found;
    if (address === undefined) {
      return this.#path ?? null;
    }
    return { address, family: `IPv${isIP(address)}`, port: Number(port) };
  }

  /** Accepts no more connections. The event `close` comes when those that are open have ended. */
  close(done?: (error?: Error) => void): this {
    if (done !== undefined) {
      const error = this.listening ? undefined : codedError(Error, "ERR_SERVER_NOT_RUNNING", "Server is not running.");
      this.once("close", () => (error === undefined ? done() : done(error)));
    }
    this.#isClosing = true;
    this.listening = false;
    if (this.#fd !== undefined) {
      // the thread that waits for a connection comes back
      shutdown(this.#fd, false);
      this.#fd = undefined;
    }
    this.#closeIfDone();
    return this;
  }

  #closeIfDone(): void {
    if (this.#isClosing && !this.#isAccepting && this.#open.size === 0) {
      this.#isClosing = false;
      process.nextTick(() => this.emit("close"));
    }
  }

  getConnections(done: (error: Error | null, count: number) => void): this {
    process.nextTick(() => done(null, this.#open.size));
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.listening) {
      await new Promise<void>((resolve) => this.close(() => resolve()));
    }
  }
}

function listenOptions(args: readonly unknown[]): ListenOptions {
  const [first, second, third] = args;
  if (typeof first === "object" && first !== null) {
    return first as ListenOptions;
  }
  if (typeof first === "string" && !/^\s*\d+\s*$/.test(first)) {
    return { path: first };
  }
  const port = typeof first === "function" || first === undefined || first === null ? 0 : Number(first);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    const text = `options.port should be >= 0 and < 65536. Received type ${typeof first} (${String(first)}).`;
    throw codedError(RangeError, "ERR_SOCKET_BAD_PORT", text);
  }
  const host = typeof second === "string" ? { host: second } : {};
  const backlog = [second, third].find((each): each is number => typeof each === "number");
  return { port, ...host, backlog };
}

const WORDS: ReadonlyMap<number, string> = new Map([
  [-98, "address already in use"],
  [-99, "address not available"],
  [-13, "permission denied"],
]);

/** Creates the error of Node.js: `listen EADDRINUSE: address already in use 127.0.0.1:80`. */
function listenError(errno: number, address: string, port: number | undefined): Error {
  const error = socketError(errno, "listen", address, port);
  const location = port === undefined ? address : `${address}:${port}`;
  const words = WORDS.get(errno);
  error.message = `listen ${error.code}${words === undefined ? "" : `: ${words}`} ${location}`;
  return error;
}

export function createServer(options?: ServerOptions | Listener, connected?: Listener): Server {
  return new Server(options, connected);
}
