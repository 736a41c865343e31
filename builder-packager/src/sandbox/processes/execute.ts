import { constants } from "node:os";
import { bytesOfName } from "../../files/file-name.ts";
import type { Data, Step } from "../syscalls/program.ts";

const { E2BIG, EACCES, EIO, EISDIR, ELOOP, ENOENT, ENOEXEC, ENOMEM, ENOTDIR, EPERM, ETXTBSY } = constants.errno;

/** The C library's default for a command without a `PATH`. */
const defaultPath = "/bin:/usr/bin";

/** Messages for errors of execve(2). */
const reasons: readonly (readonly [errno: number, words: string])[] = [
  [ENOENT, "No such file or directory"],
  [EACCES, "Permission denied"],
  [ENOTDIR, "Not a directory"],
  [ENOEXEC, "Exec format error"],
  [E2BIG, "Argument list too long"],
  [ELOOP, "Too many levels of symbolic links"],
  [EIO, "Input/output error"],
  [EISDIR, "Is a directory"],
  [ENOMEM, "Cannot allocate memory"],
  [EPERM, "Operation not permitted"],
  [ETXTBSY, "Text file busy"],
];
const unknown = "it cannot be executed";

/**
 * Returns the steps that execute the command like execvpe(3). The command is looked up in `PATH`,
 * and /bin/sh runs a script without an interpreter line. On failure, the reason is printed to
 * standard error. The exit code is 127 if the command was not found, otherwise 126.
 */
export function execute(
  command: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
): readonly Step[] {
  const [name, ...args] = command;
  const files = filesOf(name, env["PATH"]);
  // values that buildpacks wrote into files are bytes, as names of files are
  const variables: Data = [...Object.entries(env).map(([key, value]) => bytesOfName(`${key}=${value}\0`)), 0];
  const attempt: Attempt = { what: `execute ${name}`, files, args, argv: [...command, 0], variables };
  return [
    ...files.flatMap((_, index) => tryFile(attempt, index, "absent")),
    // Once one may not be executed that is what is reported, unless a later one can be.
    ...(files.length > 1 ? files.flatMap((_, index) => tryFile(attempt, index, "denied")) : []),
    ...reportError(name),
  ];
}

function filesOf(name: string, path = defaultPath): readonly string[] {
  if (name.includes("/")) return [name];
  return [...new Set(path.split(":"))].map((dir) => `${dir || "."}/${name}`);
}

interface Attempt {
  readonly what: string;
  readonly files: readonly string[];
  readonly args: readonly string[];
  readonly argv: Data;
  readonly variables: Data;
}

/** The outcome so far, reported if no file can be executed. */
type Outcome = "absent" | "denied";

function tryFile({ what, files, args, argv, variables }: Attempt, index: number, outcome: Outcome): readonly Step[] {
  const file = files[index] ?? "";
  const after = (state: Outcome): string => (index + 1 < files.length ? `${state} ${index + 1}` : state);
  const on = (errno: number, onSuccess: string): Step => ({
    what,
    call: "compare",
    args: [-errno],
    onSuccess,
    onError: "next",
  });
  const script = `${outcome} script ${index}`;
  return [
    { what, label: `${outcome} ${index}`, call: "execve", args: [file, argv, variables], onError: "next" },
    on(EACCES, after("denied")),
    on(ENOENT, after(outcome)),
    ...(files.length > 1 ? [on(ENOTDIR, after(outcome))] : []),
    { what, call: "compare", args: [-ENOEXEC], onSuccess: script, onError: "other" },
    {
      what,
      label: script,
      call: "execve",
      onError: "other",
      args: ["/bin/sh", ["/bin/sh", file, ...args, 0], variables],
    },
  ];
}

/**
 * The labels at which the program continues if the last file cannot be executed, by error number.
 */
const outcomes: ReadonlyMap<number, Outcome> = new Map([
  [ENOENT, "absent"],
  [EACCES, "denied"],
]);

function reportError(name: string): readonly Step[] {
  const what = `execute ${name}`;
  const compared = reasons.map(([errno], index): Step => {
    const label = index === 0 ? { label: "other" } : {};
    return { ...label, what, call: "compare", args: [-errno], onSuccess: `report ${errno}`, onError: "next" };
  });
  const reports = reasons.flatMap(([errno, words]) => {
    const outcome = outcomes.get(errno);
    const labels = [...(outcome === undefined ? [] : [outcome]), `report ${errno}`];
    return report(name, labels, words, errno === ENOENT ? 127 : 126);
  });
  return [...compared, ...report(name, [], unknown, 126), ...reports];
}

function report(name: string, labels: readonly string[], words: string, exitCode: number): readonly Step[] {
  const what = `execute ${name}`;
  const text = Buffer.from(`cnb: failed to execute ${name}: ${words}\n`);
  return [
    ...labels.map((label): Step => ({ what, label, call: "compare", args: [0], onError: "next" })),
    { what, call: "write", args: [2, text, text.length], onError: "next" },
    { what, call: "exit_group", args: [exitCode] },
  ];
}
