import type { BuildpackIdentity } from "./context.ts";
import type { Fault } from "./errors.ts";
import type { Logger } from "./logger/logger.ts";

/** The origin of an error and the party at fault. */
export interface ErrorContext {
  readonly phase: "detect" | "build" | "generate";
  /** The buildpack or extension. */
  readonly buildpack: BuildpackIdentity;
  /** The party at fault; `author` if unknown. */
  readonly fault: Fault;
  readonly log: Logger;
}

/**
 * Receives any error of a phase before it is shown: a returned error is shown instead, with its
 * exit code. The phase fails in any case; an error thrown by `onError` is shown after the first
 * one.
 *
 * @example
 * ```ts
 * const onError: OnError = (error, { fault }) =>
 *   fault === "environment" ? new UserError("OFFLINE", "the release cannot be fetched", { cause: error, hint: "Try again." }) : undefined;
 * ```
 */
export type OnError = (error: unknown, context: ErrorContext) => ErrorAnswer | Promise<ErrorAnswer>;

// biome-ignore lint/suspicious/noConfusingVoidType: one that only notes the error need not return anything
type ErrorAnswer = Error | undefined | void;
