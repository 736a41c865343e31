import type http from "node:http";
import { announcing, silenceMs } from "../../../waiting.ts";
import type { RegistryOptions } from "../../registry-options.ts";

/**
 * The error for a server that is too slow. A request that fails with this error is repeated only
 * once, because several attempts would take minutes.
 */
export class TooSlow extends Error {
  override readonly name = "TooSlow";
}

/**
 * True if an attempt that took too long should be repeated. `attempt` is the number of that
 * attempt, counted from 1.
 */
export const shouldWaitAgain = (error: unknown, attempt: number): boolean => error instanceof TooSlow && attempt < 2;

const defaultIdleTimeoutMs = 60_000;
const defaultDocumentTimeoutMs = 30_000;
/** A registry hashes or moves a whole blob before it confirms it. */
const commitFactor = 10;
/** Bytes in a second, on average over the idle timeout. A tenth of what a modem gave in 1998. */
const slowestRate = 512;

/** The time limits for the parts of a request, in milliseconds. */
interface Limits {
  /** A whole answer, its body included. */
  readonly document: number;
  /** Silence in a blob, or so few bytes in this time that it would never end. */
  readonly idle: number;
}

const limitsOf = (options: RegistryOptions): Limits => ({
  document: options.documentTimeout ?? defaultDocumentTimeoutMs,
  idle: options.idleTimeout ?? defaultIdleTimeoutMs,
});

interface RequestKind {
  readonly host: string;
  /** True if the answer is a blob, which may take any time as long as it comes. */
  readonly isBlob: boolean;
  readonly sendsBody: boolean;
}

/**
 * Ends a request with {@link TooSlow} if it exceeds its time limit. For a document, the limit
 * covers the whole response, so that a slow server cannot prolong the request. For a blob, the
 * limit covers only the start of the response; {@link flowing} limits the rest.
 */
export function watchTime(
  request: http.ClientRequest,
  { host, isBlob, sendsBody }: RequestKind,
  options: RegistryOptions,
) {
  const { document, idle } = limitsOf(options);
  let answer: http.IncomingMessage | undefined;
  let timer: NodeJS.Timeout | undefined;
  const within = (ms: number, doing: string) => {
    clearTimeout(timer);
    timer = setTimeout(() => (answer ?? request).destroy(tooSlow(host, doing, ms)), ms).unref();
  };
  const hush = announcing(host, options.waiting);
  const stop = () => {
    clearTimeout(timer);
    hush();
  };
  request.on("close", stop);
  request.on("response", (message: http.IncomingMessage) => {
    answer = message;
    hush();
    if (isBlob && (message.statusCode === 200 || message.statusCode === 206)) clearTimeout(timer);
    message.on("close", stop);
  });
  within(isBlob ? idle : document, "answer");
  if (!sendsBody) return;
  request.on("socket", (socket) => {
    const sending = () => {
      clearTimeout(timer);
      watchSending(request, host, options);
    };
    if (socket.connecting) socket.once("connect", sending);
    else sending();
  });
  request.on("finish", () => answer === undefined && within(idle * commitFactor, "answer"));
}

/** Ends an upload that the other side does not read. Time in which there is nothing to be read does not count. */
function watchSending(request: http.ClientRequest, host: string, options: RegistryOptions): void {
  const { idle } = limitsOf(options);
  const every = Math.min(1000, idle / 4);
  let [waited, before] = [0, 0];
  const timer = setInterval(() => {
    const { socket } = request;
    const sent = (socket?.bytesWritten ?? 0) - (socket?.writableLength ?? 0);
    waited = socket?.writableLength ? waited + every : 0;
    if (waited < idle) return;
    if (sent - before < (slowestRate * idle) / 1000) request.destroy(tooSlow(host, "accept data", idle));
    [waited, before] = [0, sent];
  }, every).unref();
  for (const event of ["finish", "close", "response"]) request.once(event, () => clearInterval(timer));
}

/**
 * Passes on the bytes of a blob. Ends the stream with TooSlow if bytes stop or arrive too slowly.
 * Only the time in which the reader waits for bytes is measured, because a disk may be slower than
 * the registry.
 */
export async function* flowing(
  body: AsyncIterable<Uint8Array> & { destroy(error?: Error): unknown },
  host: string,
  options: RegistryOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { idle } = limitsOf(options);
  const wait = watchWaiting(host, options, () => body.destroy(tooSlow(host, "send more data", idle)));
  let bytes = 0;
  const source = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      wait.begin();
      const { done, value } = await source.next();
      wait.end();
      if (done) return;
      bytes += value.length;
      if (bytes >= (slowestRate * idle) / 1000) {
        bytes = 0;
        wait.forget();
      }
      yield value;
    }
  } finally {
    wait.stop();
    await source.return?.();
  }
}

/**
 * Adds up the time for which a reader waits, and calls `exceeded` when it reaches the idle timeout.
 * One timer looks now and then: two timers for each chunk were 4 % of the processor time of a copy.
 */
function watchWaiting(host: string, options: RegistryOptions, exceeded: () => void) {
  const { idle } = limitsOf(options);
  let [waited, announced] = [0, false];
  let since: number | undefined;
  const current = () => (since === undefined ? 0 : performance.now() - since);
  const timer = setInterval(
    () => {
      if (waited + current() >= idle) exceeded();
      if (current() < silenceMs || announced) return;
      announced = true;
      options.waiting?.(host);
    },
    Math.min(1000, idle / 4),
  ).unref();
  return {
    begin() {
      since = performance.now();
    },
    end() {
      waited += current();
      [since, announced] = [undefined, false];
    },
    forget() {
      waited = 0;
    },
    stop: () => clearInterval(timer),
  };
}

const tooSlow = (host: string, doing: string, ms: number): TooSlow =>
  new TooSlow(`${host} did not ${doing} within ${ms / 1000} s`);
