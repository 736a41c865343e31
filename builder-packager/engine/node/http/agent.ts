import { checkUnavailable } from "../errors.ts";
import { EventEmitter } from "../events.ts";
import { Socket } from "../net/socket.ts";
import type { Connection, Opening, RequestOptions } from "./client.ts";
import { type HttpProxy, proxyFrom } from "./proxy.ts";
import { connectToProxy } from "./tunnel.ts";

export interface AgentOptions {
  readonly keepAlive?: boolean | undefined;
  readonly maxFreeSockets?: number | undefined;
  readonly proxyEnv?: Readonly<Record<string, string | undefined>> | undefined;
}

export type Connecting = RequestOptions & {
  readonly host: string;
  readonly port: number;
  readonly ca?: unknown;
  readonly rejectUnauthorized?: unknown;
  readonly secureContext?: unknown;
};
export type Connected = (error: Error | null, socket?: Connection, isReused?: boolean) => void;

/** Without these, a program could open more connections than it allows, or others. */
const REFUSED = ["maxSockets", "maxTotalSockets", "scheduling", "timeout", "localAddress", "socketPath"];

/** An idle connection, and the function that stops watching it. */
interface Idle {
  readonly options: Connecting;
  readonly socket: Connection;
  readonly leave: () => void;
}

/** Keeps connections open between requests to the same host, and connects through a proxy. */
export class Agent extends EventEmitter {
  readonly options: AgentOptions;
  readonly keepAlive: boolean;
  readonly maxFreeSockets: number;
  readonly #idle: Idle[] = [];
  readonly #proxy: HttpProxy | undefined;

  constructor(options: AgentOptions = {}) {
    super();
    checkUnavailable(options, REFUSED);
    this.options = { ...options };
    this.keepAlive = options.keepAlive === true;
    this.maxFreeSockets = options.maxFreeSockets ?? 256;
    this.#proxy = proxyFrom(options.proxyEnv, this.protocol);
  }

  get protocol(): "http:" | "https:" {
    return "http:";
  }

  get defaultPort(): number {
    return 80;
  }

  /** The proxy for a host, unless the host is connected to directly. */
  proxyFor({ host, port }: { readonly host: string; readonly port: number }): HttpProxy | undefined {
    return this.#proxy?.isFor(host, port) ? this.#proxy : undefined;
  }

  /** Gives a request an idle connection to its host, or a new one. */
  acquire(options: Connecting, done: Connected): Opening | undefined {
    const found = this.#idle.findLast((each) => isAlike(each.options, options) && each.socket.writable);
    if (found !== undefined) {
      this.#idle.splice(this.#idle.indexOf(found), 1);
      found.leave();
      done(null, found.socket, true);
      return undefined;
    }
    return this.connect({ ...options, ...this.options }, done);
  }

  /** Opens a connection. A subclass for secure connections has its own. */
  protected connect(options: Connecting, done: Connected): Opening | undefined {
    const proxy = this.proxyFor(options);
    const { host, port, lookup } = options;
    const direct = (): Connection => new Socket().connect({ host, port, lookup }) as Connection;
    done(null, proxy === undefined ? direct() : connectToProxy(proxy, options));
    return undefined;
  }

  /** Keeps the connection of a request that has ended, or closes it. */
  release(options: Connecting, socket: Connection): void {
    const idle = this.#idle;
    const alike = idle.filter((each) => isAlike(each.options, options));
    if (socket.destroyed || alike.length >= this.maxFreeSockets) {
      socket.destroy();
      return;
    }
    const destroy = () => socket.destroy();
    const forget = () => {
      const index = idle.findIndex((each) => each.socket === socket);
      if (index >= 0) {
        idle.splice(index, 1);
      }
    };
    // a server closes idle connections at any time; data that nobody has asked for is an attack
    const watched = { data: destroy, end: destroy, error: destroy, close: forget };
    for (const [event, listener] of Object.entries(watched)) {
      socket.on(event, listener);
    }
    const leave = () => {
      for (const [event, listener] of Object.entries(watched)) {
        socket.off(event, listener);
      }
    };
    socket.setTimeout(0);
    idle.push({ options, socket, leave });
  }

  /** Closes the idle connections. */
  destroy(): void {
    for (const { socket } of [...this.#idle]) {
      socket.destroy();
    }
  }
}

/** A connection is used again for requests to the same host that trust the same certificates. */
const KEYS = ["host", "port", "servername", "ca", "rejectUnauthorized", "secureContext"] as const;

const isAlike = (first: Connecting, second: Connecting): boolean => KEYS.every((key) => first[key] === second[key]);
