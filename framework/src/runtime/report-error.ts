import type { Buildpack } from "../buildpack.ts";
import { InternalError, LibcnbError } from "../errors.ts";
import type { HostProcess } from "../host/host-process.ts";
import type { ErrorContext } from "../on-error.ts";
import { type ErrorOrigin, exitCodeOf, faultOf, isUnexpected, renderError } from "../render-error.ts";
import { isOfAuthor } from "./author-code.ts";

/** What is known when an error comes up: the further a phase has come, the more. */
export interface Scene {
  where?: Omit<ErrorContext, "fault"> & ErrorOrigin;
  onError?: Buildpack["onError"];
}

/** Shows an error as the buildpack wants it, and gives the exit code. */
export async function reportError(thrown: unknown, scene: Scene, process: Pick<HostProcess, "err">): Promise<number> {
  const error = isUnexpected(thrown) && !isOfAuthor(thrown) ? internal(thrown) : thrown;
  const [shown, failure] = await translated(error, scene);
  const origin = await withFrames(scene.where, [shown, ...(failure === undefined ? [] : [failure.error])]);
  process.err(renderError(shown, origin));
  if (failure !== undefined) process.err(`WARNING: onError failed itself:\n${renderError(failure.error, origin)}`);
  return exitCodeOf(shown);
}

/** With the author's lines of stacks, if one is to be shown. */
async function withFrames(where: Scene["where"], errors: readonly unknown[]): Promise<ErrorOrigin | undefined> {
  if (where === undefined || !errors.some(isUnexpected)) return where;
  const { authorFrames } = await import("../host/author-frames.ts");
  return { ...where, frames: await authorFrames() };
}

const internal = (cause: unknown): InternalError =>
  new InternalError(`unexpected ${cause instanceof Error ? cause.name : "error"} in the framework`, { cause });

/** The error that the buildpack makes of another one; its own failure hides nothing. */
async function translated(
  error: unknown,
  { where, onError }: Scene,
): Promise<readonly [unknown, { readonly error: unknown }?]> {
  if (where === undefined || onError === undefined) return [error];
  try {
    const { phase, buildpack, log } = where;
    const other = await onError(error, { phase, buildpack, log, fault: faultOf(error) });
    return [other instanceof Error ? other : error];
  } catch (failure) {
    return [error, { error: failure }];
  }
}

/** A process that ends before its phase is done. Nothing waits any more: it can only be said. */
export function reportEarlyEnd(exitCode: number, { where }: Scene, process: HostProcess): void {
  const error = new LibcnbError(
    "BUILDPACK_UNFINISHED",
    `the process was ended with exit code ${exitCode} before ${where?.phase ?? "the phase"} was done`,
    {
      hint: "Return from the function, or throw an error, instead of calling process.exit().",
    },
  );
  process.err(renderError(error, where));
}

/** A phase that waits while nothing is left that could end the wait. */
export const endlessWait = ({ where }: Scene): LibcnbError =>
  new LibcnbError("BUILDPACK_UNFINISHED", `${where?.phase ?? "the phase"} waits for something that never comes`, {
    hint: "Look for a promise that is never settled.",
  });
