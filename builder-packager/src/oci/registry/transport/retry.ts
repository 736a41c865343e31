import { CnbError } from "../../../errors.ts";
import { limits } from "../../../limits.ts";
import { silenceMs } from "../../../waiting.ts";
import type { RegistryOptions } from "../../registry-options.ts";
import { systemClock } from "../clock.ts";
import { RegistryRefusal } from "../errors.ts";

/**
 * Waits before the next attempt. `attempt` is the number of the previous attempt, counted from 1.
 * Returns false after the last attempt, or if the registry requests (`Retry-After`) a longer wait
 * than is acceptable.
 */
export type Pause = (attempt: number, retryAfter?: string, signal?: AbortSignal) => Promise<boolean>;

const pausesMs = [250, 1000, 3000, 8000];
const maxRetryAfterMs = limits.retryAfter.most * 1000;

type PauseOptions = Pick<RegistryOptions, "clock" | "signal" | "waiting">;

/** Creates the function that waits between attempts to reach `host`. */
export function retryPause(host: string, { clock = systemClock, signal, waiting }: PauseOptions): Pause {
  return async (attempt, retryAfter, own) => {
    const wait = pausesMs[attempt - 1];
    const asked = retryAfterMs(retryAfter, clock.now());
    if (wait === undefined || asked > maxRetryAfterMs) return false;
    if (Math.max(wait, asked) > silenceMs) waiting?.(host);
    await clock.sleep(Math.max(wait, asked), eitherOf(signal, own));
    return true;
  };
}

/**
 * Returns a signal that is aborted when one of two signals is aborted; undefined if both are
 * undefined.
 */
export function eitherOf(one: AbortSignal | undefined, other: AbortSignal | undefined): AbortSignal | undefined {
  return one && other ? AbortSignal.any([one, other]) : (one ?? other);
}

/** Seconds or a date (RFC 9110, section 10.2.3). */
function retryAfterMs(value: string | undefined, now: number): number {
  if (value === undefined) return 0;
  const wait = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(wait) ? 0 : Math.max(wait, 0);
}

/** True for an HTTP status after which the same request may succeed a little later. */
export const isTransientStatus = (status: number): boolean => [408, 425, 429, 500, 502, 503, 504].includes(status);

const transientCodes = [
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPIPE",
  "ERR_STREAM_PREMATURE_CLOSE",
  "ETIMEDOUT",
];

/** True if a network error may be temporary. */
export const isTransient = (error: unknown): boolean =>
  error instanceof Error && "code" in error && transientCodes.includes(String(error.code));

/** True if the failure of a registry request may be temporary. */
export const isRetryable = (error: unknown): boolean =>
  error instanceof RegistryRefusal
    ? isTransientStatus(error.status)
    : error instanceof CnbError && error.code === "REGISTRY_UNREACHABLE" && isTransient(error.cause);
