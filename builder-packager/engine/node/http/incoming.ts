import { type Duplex, Readable } from "../stream/index.ts";
import { type Headers, joinHeaders } from "./headers.ts";
import type { Head } from "./parser.ts";

interface Timed {
  setTimeout(ms: number, callback?: () => void): unknown;
}

/** The response to an HTTP request, as a stream of its body. */
export class IncomingMessage extends Readable {
  readonly httpVersion: string;
  readonly httpVersionMajor = 1;
  readonly httpVersionMinor: number;
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly rawHeaders: string[];
  rawTrailers: string[] = [];
  readonly socket: Duplex;
  complete = false;
  aborted = false;
  #headers: Headers | undefined;

  constructor(socket: Duplex, { version, status, text, rawHeaders }: Head) {
    super({ autoDestroy: true });
    this.socket = socket;
    this.httpVersion = version;
    this.httpVersionMinor = version === "1.0" ? 0 : 1;
    this.statusCode = status;
    this.statusMessage = text;
    this.rawHeaders = rawHeaders;
  }

  get headers(): Headers {
    this.#headers ??= joinHeaders(this.rawHeaders);
    return this.#headers;
  }

  get trailers(): Headers {
    return joinHeaders(this.rawTrailers);
  }

  get connection(): Duplex {
    return this.socket;
  }

  setTimeout(ms: number, callback?: () => void): this {
    if (callback !== undefined) {
      this.on("timeout", callback);
    }
    (this.socket as unknown as Timed).setTimeout(ms);
    return this;
  }

  override _read(): void {
    this.socket.resume();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.readableEnded || !this.complete) {
      this.aborted = true;
      this.emit("aborted");
    }
    // A response that nobody reads to its end takes its connection with it.
    if (!this.socket.destroyed && !this.complete) {
      this.socket.destroy(error ?? undefined);
    }
    // In a later turn, so that somebody can listen for the error after the response came.
    setImmediate(() => done(error));
  }
}
