import type { Buildpack } from "../buildpack.ts";
import { InternalError, LibcnbError } from "../errors.ts";
import type { HostProcess } from "../host/host-process.ts";
import type { ErrorContext } from "../on-error.ts";
import { type ErrorOrigin, exitCodeOf, faultOf, isUnexpected, renderError } from "../render-error.ts";
import { isOfAuthor, ofAuthor } from "./author-code.ts";

/** The state of a phase that is needed to report an error. */
export interface Scene {
  where?: Omit<ErrorContext, "fault"> & ErrorOrigin;
  onError?: Buildpack["onError"];
  /** The report of the first error. Later errors are ignored. */
  report?: Report;
}

interface Report {
  readonly error: unknown;
  readonly exitCode: Promise<number>;
  /** Stops waiting for `onError`. */
  giveUp?: (reason: LibcnbError) => void;
}

type Output = Pick<HostProcess, "err">;

/**
 * Reports an error and returns the exit code. The buildpack's `onError` may replace the error. Only
 * the first error is reported, so that an error while reporting does not cause another report.
 */
export function reportError(thrown: unknown, scene: Scene, process: Output): Promise<number> {
  if (scene.report !== undefined) return scene.report.exitCode;
  const found = readable(thrown);
  const error = isUnexpected(found) && !isOfAuthor(found) ? internal(found) : found;
  const { promise: exitCode, resolve } = Promise.withResolvers<number>();
  scene.report = { error, exitCode };
  resolve(report(scene.report, scene, process));
  return exitCode;
}

async function report(first: Report, scene: Scene, process: Output): Promise<number> {
  const [shown, failure] = await translated(first, scene);
  const origin = await withAuthorView(scene.where, [shown, ...(failure === undefined ? [] : [failure.error])]);
  show(shown, failure, origin, process);
  return exitCodeOf(shown);
}

interface Failure {
  readonly error: unknown;
}

function show(error: unknown, failure: Failure | undefined, origin: ErrorOrigin | undefined, process: Output): void {
  process.err(renderError(error, origin));
  if (failure !== undefined) process.err(`WARNING: the onError handler failed:\n${renderError(failure.error, origin)}`);
}

// A thrown value that throws when it is read must not hide the error.
function readable(thrown: unknown): unknown {
  try {
    renderError(thrown);
    return thrown;
  } catch {
    return ofAuthor(Object.assign(new Error("the thrown value cannot be converted to text"), { stack: "" }));
  }
}

/** Replaces compiled names and lines by the author's, if the error is a bug. */
async function withAuthorView(where: Scene["where"], errors: readonly unknown[]): Promise<ErrorOrigin | undefined> {
  if (where === undefined || !errors.some(isUnexpected)) return where;
  const { authorView } = await import("../host/author-frames.ts");
  return { ...where, ...authorView() };
}

const internal = (cause: unknown): InternalError =>
  new InternalError(`unexpected ${cause instanceof Error ? cause.name : "error"} in the framework`, { cause });

/** The error that the buildpack's `onError` returns; if that throws, the original one stays. */
async function translated(report: Report, { where, onError }: Scene): Promise<readonly [unknown, Failure?]> {
  const { error } = report;
  if (where === undefined || onError === undefined) return [error];
  try {
    const { phase, buildpack, log } = where;
    const { promise: givenUp, reject } = Promise.withResolvers<never>();
    report.giveUp = reject;
    const answer = await Promise.race([onError(error, { phase, buildpack, log, fault: faultOf(error) }), givenUp]);
    return [answer instanceof Error ? readable(answer) : error];
  } catch (failure) {
    return [error, { error: readable(failure) }];
  }
}

/**
 * Reports that the process ends before its phase has ended. The function is synchronous, because no
 * promise can settle at that time.
 */
export function reportEarlyEnd(exitCode: number, { where, report }: Scene, process: Output): void {
  const early = new LibcnbError(
    "BUILDPACK_UNFINISHED",
    `the buildpack exited with exit code ${exitCode} before ${report === undefined ? phaseOf(where) : "onError"} had completed`,
    {
      hint: "Return from the function, or throw an error, instead of calling process.exit().",
    },
  );
  if (report === undefined) show(early, undefined, where, process);
  else show(report.error, { error: early }, where, process);
}

/**
 * Reports that a phase or `onError` awaits a promise that can never settle. Returns the exit code.
 * If an error is already being reported, returns undefined, and that report continues without
 * `onError`.
 */
export function reportEndlessWait(scene: Scene, process: Output): Promise<number> | undefined {
  const { where, report } = scene;
  if (report === undefined) return reportError(endlessWait(phaseOf(where)), scene, process);
  report.giveUp?.(endlessWait("onError"));
  return undefined;
}

const phaseOf = (where: Scene["where"]): string => where?.phase ?? "the phase";

const endlessWait = (waiting: string): LibcnbError =>
  new LibcnbError("BUILDPACK_UNFINISHED", `${waiting} awaits a promise that never settles`, {
    hint: "Find the promise that never settles, for example a request without a timeout.",
  });
