import { CnbError } from "../../errors.ts";

const tooManyFiles = {
  message: "the sandbox could not be started: the limit of open files is too low",
  hint: "Raise the limit of open files, for example with `ulimit -n 1024`, and try again.",
};

/**
 * Creates the error for a sandbox that cannot be started. The kernel returns `EINVAL` if cnb
 * inherited a file descriptor above the limit from its caller, because such a descriptor cannot be
 * closed for the sandbox.
 */
export function startError(cause: unknown): CnbError<"SANDBOX_FAILED"> {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === "EMFILE" || code === "ENFILE" || code === "EINVAL" || code === "EBADF") {
    return new CnbError("SANDBOX_FAILED", tooManyFiles.message, { cause, hint: tooManyFiles.hint });
  }
  if (code === "EAGAIN" || code === "ENOMEM") {
    return new CnbError(
      "SANDBOX_FAILED",
      "the sandbox could not be started: the limit of processes is reached, or no memory is free",
      {
        cause,
        hint: "End other programs, or raise the limit of processes, for example with `ulimit -u 4096`.",
      },
    );
  }
  if (code === "E2BIG") return tooLong(cause);
  return new CnbError("SANDBOX_FAILED", "the sandbox could not be started", {
    cause,
    hint: "Run cnb doctor to check which sandboxes work on this machine, and choose one with --backend.",
  });
}

/** The error for a command or environment with which no process can be started on any machine. */
export class ImpossibleCommand extends CnbError<"SANDBOX_FAILED"> {
  constructor(message: string, options: { readonly cause?: unknown; readonly hint?: string } = {}) {
    super("SANDBOX_FAILED", message, options);
  }
}

/** Creates the error for environment variables or arguments that are too long (E2BIG on Linux). */
export const tooLong = (cause?: unknown): ImpossibleCommand =>
  new ImpossibleCommand(
    "the sandbox could not be started: an environment variable, or the sum of all variables and arguments, is too long",
    {
      cause,
      hint: "Linux accepts at most 128 KiB for one variable and its name. Pass large values in a service binding.",
    },
  );
