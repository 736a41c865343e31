import { LibcnbError } from "../errors.ts";
import { checkProgramName, type ExecDDefinition } from "../exec-d/definition.ts";
import { checkProcessType } from "../spec/names.ts";

/**
 * A program that the launcher runs before a process starts, to set environment variables whose
 * values are known only in the container, such as its memory limit.
 *
 * The value is one of these:
 * - a program in TypeScript, the default export of a file in `src/exec.d`: see {@link defineExecD}.
 *   Such a program needs nothing in the run image.
 * - the text of a script with its `#!` line. The run image needs the interpreter. Minimal run
 *   images contain neither a shell nor Node.js. For them, `scriptFor` uses an interpreter in the layer.
 * - a file of the buildpack by its path relative to the buildpack's directory.
 *
 * A script or file writes TOML to file descriptor 3: keys are names of variables, and values are
 * strings. If a program ends with an exit code other than 0, the container does not start.
 *
 * @example
 * ```ts
 * const heap: ExecD = `#!/bin/sh
 * limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null)
 * [ "$limit" = max ] || printf 'HEAP_MB = "%s"\\n' $((limit / 1048576 * 3 / 4)) >&3
 * `;
 * const recipe = { execD: () => ({ shared: { heap } }) };
 * ```
 * @see https://github.com/buildpacks/spec/blob/b745fcfd90d7139d6a04cca2878b47ec402be943/buildpack.md#execd
 * @see https://github.com/buildpacks/spec/blob/b745fcfd90d7139d6a04cca2878b47ec402be943/buildpack.md#execd-output-toml
 */
export type ExecD = string | { readonly file: string } | ExecDDefinition;

/**
 * The exec.d programs of a layer, by name. They run in the order of the keys. The framework adds
 * numbers to the names (`00-memory`), because the launcher sorts programs by name.
 */
export type ExecDPrograms = Readonly<Record<string, ExecD>>;

/** The programs of a layer that run when a container starts (`exec.d`). */
export interface LayerExecD {
  /** Programs that run before every process (`exec.d/`). */
  readonly shared?: ExecDPrograms;
  /**
   * Programs that run before processes of one type (`exec.d/<type>/`), after the shared programs of
   * the layer.
   */
  readonly process?: Readonly<Record<string, ExecDPrograms>>;
}

/** The longest `#!` line that every Linux kernel reads completely. */
const longestInterpreter = 125;

/**
 * Creates the text of a script for an interpreter in a layer, such as `bin/node`, because the run
 * image may not contain one.
 *
 * @param interpreter the absolute path of the interpreter
 * @throws LibcnbError EXEC_D_INVALID for a path that is not possible in a `#!` line
 * @example
 * ```ts
 * scriptFor(join(path, "bin/node"), `require("fs").writeSync(3, 'HEAP_MB = "512"')`);
 * ```
 */
export function scriptFor(interpreter: string, script: string): string {
  if (/^\/[^\s\0]+$/.test(interpreter) && interpreter.length <= longestInterpreter)
    return `#!${interpreter}\n${script}`;
  throw invalid(
    `${JSON.stringify(interpreter)} cannot be the interpreter of an exec.d program`,
    `Give an absolute path without spaces, at most ${longestInterpreter} characters long.`,
  );
}

/**
 * Returns the files for a layer's exec.d programs, by path below the layer, in execution order.
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
 * Refuses an exec.d program that the kernel could not execute, because the container would not
 * start.
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
    "Begin the script with a line such as #!/bin/sh, or use scriptFor().",
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

function invalid(message: string, hint: string): LibcnbError<"EXEC_D_INVALID"> {
  return new LibcnbError("EXEC_D_INVALID", message, { hint });
}
