import type { BuildpackIdentity } from "./context.ts";
import type { Fault } from "./errors.ts";
import type { Logger } from "./logger/logger.ts";

/** Where an error came up, and by whose fault. */
export interface ErrorContext {
  readonly phase: "detect" | "build" | "generate";
  /** The buildpack or extension. */
  readonly buildpack: BuildpackIdentity;
  /** `author` also if nothing else is known of an error. */
  readonly fault: Fault;
  readonly log: Logger;
}

/**
 * Gets whatever was thrown in a phase before it is shown: an error it returns is shown instead, with its exit code. The phase fails in any
 * case; what `onError` throws itself is shown after the first error.
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
