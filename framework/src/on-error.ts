import type { BuildpackIdentity } from "./context.ts";
import type { Fault } from "./errors.ts";
import type { Logger } from "./logger/logger.ts";

/**
 * The phase and the buildpack in which an error occurred, and the party that must correct the
 * problem.
 */
export interface ErrorContext {
  readonly phase: "detect" | "build" | "generate";
  /** The buildpack or extension in which the error occurred. */
  readonly buildpack: BuildpackIdentity;
  /** The party that must correct the problem; `author` if unknown. */
  readonly fault: Fault;
  readonly log: Logger;
}

/**
 * A function that is called with any error of a phase before the error is shown. If it returns an
 * error, that error is shown instead, with its exit code. The phase fails in any case. If `onError`
 * itself throws an error, that error is shown after the original one.
 *
 * @example
 * ```ts
 * const onError: OnError = (error, { fault }) =>
 *   fault === "environment" ? new UserError("OFFLINE", "the release cannot be fetched", { cause: error, hint: "Try again." }) : undefined;
 * ```
 */
export type OnError = (error: unknown, context: ErrorContext) => ErrorAnswer | Promise<ErrorAnswer>;

// biome-ignore lint/suspicious/noConfusingVoidType: one that only notes the error need not return anything
export type ErrorAnswer = Error | undefined | void;
