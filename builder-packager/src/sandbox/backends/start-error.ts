import { CnbError } from "../../errors.ts";

const tooManyFiles = {
  message: "The sandbox could not be started: too few file descriptors",
  hint: "Allow more open files, for example with `ulimit -n 1024`, and try again.",
};

/**
 * The error for a refused sandbox start. The kernel returns `EINVAL` if a file that cnb inherited
 * from its caller has a number above the limit and thus cannot be closed for the sandbox.
 */
export function startError(cause: unknown): CnbError<"SANDBOX_FAILED"> {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === "EMFILE" || code === "ENFILE" || code === "EINVAL" || code === "EBADF") {
    return new CnbError("SANDBOX_FAILED", tooManyFiles.message, { cause, hint: tooManyFiles.hint });
  }
  if (code === "EAGAIN" || code === "ENOMEM") {
    return new CnbError("SANDBOX_FAILED", "The sandbox could not be started: too few processes or too little memory", {
      cause,
      hint: "End other programs, or allow more processes, for example with `ulimit -u 4096`.",
    });
  }
  if (code === "E2BIG") return tooLong(cause);
  return new CnbError("SANDBOX_FAILED", "The sandbox could not be started", { cause });
}

/** The error for words and variables with which no process can start on any machine. */
export class ImpossibleCommand extends CnbError<"SANDBOX_FAILED"> {
  constructor(message: string, options: { readonly cause?: unknown; readonly hint?: string } = {}) {
    super("SANDBOX_FAILED", message, options);
  }
}

/** The message for E2BIG on Linux. */
export const tooLong = (cause?: unknown): ImpossibleCommand =>
  new ImpossibleCommand("The sandbox could not be started: a variable or all of them are too long", {
    cause,
    hint: "Linux takes 128 KiB for one variable with its name. Hand large texts over in a binding.",
  });
