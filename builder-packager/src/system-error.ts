import { getSystemErrorMessage } from "node:util";

/** An error that the operating system returned for a system call. */
export interface SystemError extends Error {
  readonly code: string;
  readonly syscall: string;
  readonly errno?: number;
  readonly path?: string;
  readonly dest?: string;
}

export function isSystemError(error: unknown): error is SystemError {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as Partial<SystemError>;
  return typeof code === "string" && typeof syscall === "string";
}

/**
 * True for the error that Node.js throws for a path with a NUL character. Such a path is never
 * passed to the operating system.
 */
export const isNulInPath = (error: unknown): error is Error =>
  error instanceof Error &&
  "code" in error &&
  error.code === "ERR_INVALID_ARG_VALUE" &&
  /null byte/.test(error.message);

const verbs: Readonly<Record<string, string>> = {
  access: "find",
  chmod: "change the permissions of",
  chown: "change the owner of",
  connect: "connect to",
  copyfile: "copy",
  getaddrinfo: "find the address of",
  link: "create a hard link from",
  listen: "listen on",
  lstat: "access",
  mkdir: "create the directory",
  mkdtemp: "create a directory",
  open: "open",
  read: "read",
  readlink: "read the symbolic link",
  realpath: "find",
  rename: "rename",
  rmdir: "remove the directory",
  scandir: "read the directory",
  stat: "access",
  symlink: "create the symbolic link",
  unlink: "remove",
  write: "write",
};

/** Clearer reasons for errors whose system message is terse. */
const reasons: Readonly<Record<string, string>> = {
  EISDIR: "it is a directory",
  ENOENT: "it does not exist",
  ENOTDIR: "a part of the path is not a directory",
  EROFS: "the file system is read-only",
};

const hints: Readonly<Record<string, string>> = {
  EACCES: "Check the owner and the permissions.",
  EDQUOT: "Free space, or choose a path on another disk.",
  EISDIR: "Use the path of a file.",
  EMFILE: "Raise the limit of open files (ulimit -n).",
  ENFILE: "Raise the limit of open files (ulimit -n).",
  ENOENT: "Check the path.",
  ENOSPC: "Free space, or choose a path on another disk.",
  ENOTDIR: "Check the path.",
  EPERM: "Check the owner and the permissions.",
  EROFS: "Choose a path on another file system.",
};

/**
 * Describes an operating system error. The message contains the operation, the file or other
 * object, and the reason; the hint names the remedy.
 */
export function describeSystemError(error: SystemError): { readonly message: string; readonly hint: string } {
  const { code, syscall } = error;
  if (syscall === "uv_cwd" || syscall === "getcwd")
    return { message: "the current directory no longer exists", hint: "Change to a directory that exists." };
  return {
    message: `cannot ${actionOf(error)}: ${reasonOf(error)}`,
    hint: hints[code] ?? "Check the state of this machine, and try again.",
  };
}

function actionOf({ syscall, path, dest }: SystemError): string {
  const [call = syscall, program] = syscall.split(" ");
  if (call === "spawn") return `start ${path ?? program ?? "a program"}`;
  const object = [path, ...(dest === undefined ? [] : [dest])].filter((each) => each !== undefined).join(" to ");
  return [verbs[call] ?? call, object || (objects[call] ?? "a file")].join(" ");
}

/** The objects of calls on a network, whose errors have no path. */
const objects: Readonly<Record<string, string>> = {
  connect: "a server",
  getaddrinfo: "a host",
  listen: "a network address",
};

function reasonOf({ code, errno }: SystemError): string {
  return reasons[code] ?? (typeof errno === "number" && errno < 0 ? getSystemErrorMessage(errno) : undefined) ?? code;
}
