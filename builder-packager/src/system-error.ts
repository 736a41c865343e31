import { getSystemErrorMessage } from "node:util";

/** An error with which the operating system answered a call. */
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

/** Paths with NUL never reach the operating system: Node.js refuses them. */
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
  link: "link",
  listen: "listen on",
  lstat: "look at",
  mkdir: "make the folder",
  mkdtemp: "make a folder",
  open: "open",
  read: "read",
  readlink: "read the link",
  realpath: "find",
  rename: "rename",
  rmdir: "remove the folder",
  scandir: "read the folder",
  stat: "look at",
  symlink: "make the link",
  unlink: "remove",
  write: "write",
};

/** In the words of a user where the system's own are terse. */
const reasons: Readonly<Record<string, string>> = {
  EISDIR: "it is a directory",
  ENOENT: "it does not exist",
  ENOTDIR: "a part of the path is not a directory",
  EROFS: "the file system is read-only",
};

const hints: Readonly<Record<string, string>> = {
  EACCES: "Check who may use it.",
  EDQUOT: "Make room, or choose another place.",
  EISDIR: "Name a file.",
  EMFILE: "Raise the limit of open files (ulimit -n).",
  ENFILE: "Raise the limit of open files (ulimit -n).",
  ENOENT: "Check the path.",
  ENOSPC: "Make room, or choose another place.",
  ENOTDIR: "Check the path.",
  EPERM: "Check who may use it.",
  EROFS: "Choose another place.",
};

/** Describes an error of the operating system: the operation, its object and the reason. */
export function describeSystemError(error: SystemError): { readonly message: string; readonly hint: string } {
  const { code, syscall } = error;
  if (syscall === "uv_cwd" || syscall === "getcwd")
    return { message: "the current directory does not exist any more", hint: "Change to a directory that exists." };
  return {
    message: `cannot ${actionOf(error)}: ${reasonOf(error)}`,
    hint: hints[code] ?? "Check the machine, and try again.",
  };
}

function actionOf({ syscall, path, dest }: SystemError): string {
  const [call = syscall, program] = syscall.split(" ");
  if (call === "spawn") return `start ${path ?? program ?? "a program"}`;
  const object = [path, ...(dest === undefined ? [] : [dest])].filter((each) => each !== undefined).join(" to ");
  return [verbs[call] ?? call, object || "a file"].join(" ");
}

function reasonOf({ code, errno }: SystemError): string {
  return reasons[code] ?? (typeof errno === "number" && errno < 0 ? getSystemErrorMessage(errno) : undefined) ?? code;
}
