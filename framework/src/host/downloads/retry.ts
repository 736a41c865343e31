import { setTimeout as sleep } from "node:timers/promises";
import { hasCode } from "../files/read.ts";

/** The error for an unexpected HTTP status. */
export class HttpStatusError extends Error {
  override readonly name = "HttpStatusError";
  readonly status: number;
  /** The delay in milliseconds that the server requested. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, text: string, retryAfterMs?: number) {
    super(`HTTP ${status}${text && ` ${text}`}`);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The error for a connection that ended early. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

const temporaryStatuses: readonly number[] = [408, 425, 429, 500, 502, 503, 504];
const temporaryCodes = [
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "ENETUNREACH",
  "EHOSTUNREACH",
] as const;

// a build does not wait longer than this
const longestWaitMs = 60_000;

/** True if another attempt of a failed download may succeed. */
export function isTemporary(error: unknown): boolean {
  if (error instanceof HttpStatusError) return temporaryStatuses.includes(error.status);
  if (error instanceof AggregateError) return error.errors.some(isTemporary); // one per address of the host
  return (
    error instanceof Interrupted ||
    (error instanceof Error && error.name === "IdleTimeout") ||
    hasCode(error, ...temporaryCodes)
  );
}

/**
 * Returns the milliseconds to wait before an attempt. `attempt` is 2 for the second attempt. If the
 * server requested a delay, that delay is returned. Otherwise, the delay doubles with each attempt.
 */
export function waitMs(error: unknown, attempt: number, delayMs: number): number {
  const asked = error instanceof HttpStatusError ? error.retryAfterMs : undefined;
  return Math.min(asked ?? delayMs * 2 ** (attempt - 2), longestWaitMs);
}

/**
 * Converts the Retry-After header, which contains seconds or a date, to milliseconds. Returns
 * undefined for a missing header, a past date or any other text.
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const date = /[a-z]/i.test(header) ? Date.parse(header) : Number.NaN; // a negative number is not a date, whatever the engine thinks
  return date > now ? date - now : undefined;
}

/** Repeats an operation until it succeeds, fails permanently, or has failed `attempts` times. */
export async function withRetries<T>(
  {
    attempts,
    delayMs,
    signal,
    onRetry,
  }: {
    readonly attempts: number;
    readonly delayMs: number;
    readonly signal: AbortSignal | undefined;
    readonly onRetry?: ((error: unknown, waitMs: number) => void) | undefined;
  },
  attempt: () => Promise<T>,
): Promise<T> {
  for (let number = 1; ; number++) {
    try {
      return await attempt();
    } catch (error) {
      if (number >= attempts || !isTemporary(error)) throw error;
      const wait = waitMs(error, number + 1, delayMs);
      onRetry?.(error, wait);
      await sleep(wait, undefined, signal ? { signal } : {});
    }
  }
}

/** True if an error or its cause is a response with one of these statuses. */
export function hasHttpStatus(error: unknown, ...statuses: readonly number[]): boolean {
  if (error instanceof HttpStatusError) return statuses.includes(error.status);
  return error instanceof Error && error.cause !== undefined && hasHttpStatus(error.cause, ...statuses);
}
