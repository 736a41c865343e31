import { LibcnbError } from "../errors.ts";
import { checkProcessType } from "../spec/names.ts";

/**
 * A program that the launcher runs before a process starts, to set environment variables that
 * depend on the container: the text of a script with its `#!` line, or a file of the buildpack, by
 * its path relative to the buildpack's directory.
 */
export type ExecD = string | { readonly file: string };

/**
 * Programs by name. They run in the given order: the framework adds numbers to the names
 * (`00-memory`), because the launcher orders programs by name.
 */
export type ExecDPrograms = Readonly<Record<string, ExecD>>;

/** The programs of a layer that run when a container starts (`exec.d`). */
export interface LayerExecD {
  /** Programs before every process (`exec.d/`). */
  readonly shared?: ExecDPrograms;
  /** Programs before processes of one type (`exec.d/<type>/`), after the layer's shared ones. */
  readonly process?: Readonly<Record<string, ExecDPrograms>>;
}

/** The longest `#!` line that every Linux kernel reads completely. */
const longestInterpreter = 125;

/**
 * The text of a script for an interpreter in a layer, such as its `bin/node`, because a run image
 * may not have one.
 *
 * @param interpreter the absolute path of the interpreter
 * @throws LibcnbError EXEC_D_INVALID for a path that no `#!` line can hold
 * @example
 * ```ts
 * interpretedBy(join(path, "bin/node"), `require("fs").writeSync(3, 'HEAP_MB = "512"')`);
 * ```
 */
export function interpretedBy(interpreter: string, script: string): string {
  if (/^\/[^\s\0]+$/.test(interpreter) && interpreter.length <= longestInterpreter)
    return `#!${interpreter}\n${script}`;
  throw invalid(
    `${JSON.stringify(interpreter)} cannot be the interpreter of an exec.d program`,
    `Give an absolute path without spaces, at most ${longestInterpreter} characters long.`,
  );
}

/**
 * The files of a layer's programs, by path below the layer, in execution order.
 *
 * @throws LibcnbError EXEC_D_INVALID, NAME_INVALID
 */
export function execDFiles({ shared = {}, process = {} }: LayerExecD): ReadonlyMap<string, ExecD> {
  const types = Object.keys(process).map(checkProcessType);
  const files = [
    ...numbered("exec.d", shared),
    ...types.flatMap((type) => numbered(`exec.d/${type}`, process[type] ?? {})),
  ];
  const directory = types.find((type) => files.some(([path]) => path === `exec.d/${type}`));
  if (directory === undefined) return new Map(files);
  throw invalid(
    `the exec.d program ${directory} has the name of a process type`,
    "Choose another name for the program.",
  );
}

/**
 * Refuses a program that the kernel could not execute, because the container would not start.
 *
 * @throws LibcnbError EXEC_D_INVALID
 */
export function checkProgram(path: string, contents: Uint8Array): void {
  const [first, second, third, fourth] = contents;
  const isScript = first === 0x23 && second === 0x21;
  const isElf = first === 0x7f && second === 0x45 && third === 0x4c && fourth === 0x46;
  if (isScript || isElf) return;
  throw invalid(
    `${path} is neither a script nor an executable`,
    "Begin the script with a line such as #!/bin/sh, or use interpretedBy().",
  );
}

function numbered(directory: string, programs: ExecDPrograms): [string, ExecD][] {
  const names = Object.keys(programs).map(checkProgramName);
  const digits = Math.max(2, String(names.length - 1).length);
  return names.flatMap((name, index) => {
    const program = programs[name];
    return program === undefined ? [] : [[`${directory}/${String(index).padStart(digits, "0")}-${name}`, program]];
  });
}

// JavaScript puts names that are numbers before all others, whatever order they were given in
function checkProgramName(name: string): string {
  if (/^[A-Za-z][\w.-]*$/.test(name)) return name;
  throw invalid(
    `${JSON.stringify(name)} cannot be the name of an exec.d program`,
    "Use letters, digits, ., - and _, beginning with a letter.",
  );
}

function invalid(message: string, hint: string): LibcnbError<"EXEC_D_INVALID"> {
  return new LibcnbError("EXEC_D_INVALID", message, { hint });
}
