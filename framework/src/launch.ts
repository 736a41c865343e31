import { LibcnbError } from "./errors.ts";
import { type ExecDDefinition, runDefinition } from "./exec-d/definition.ts";
import { endProcess, watchProcess, write, writeError } from "./host/host-process.ts";
import { launchContext } from "./host/launch-context.ts";
import { formatExecDOutput } from "./spec/exec-d-format.ts";

/** The names by which errors identify a compiled exec.d program. */
export interface LaunchProgram {
  /** The name of the source file without the extension. */
  readonly name: string;
  readonly buildpack: { readonly id: string; readonly version: string };
}

/**
 * The entry point of a compiled exec.d program: runs the definition and writes its variables to
 * file descriptor 3. After an error, the message is printed and the exit code is 1, so that the
 * launcher does not start the process.
 *
 * @example `await runExecD(defineExecD("limits", () => ({})), { name: "limits", buildpack: { id: "me/x", version: "1.0.0" } })`
 */
export async function runExecD(definition: ExecDDefinition, program: LaunchProgram): Promise<void> {
  const fail = (error: unknown) => void report(error, program);
  const unfinished = (how: string, hint: string) =>
    new LibcnbError("BUILDPACK_UNFINISHED", `the exec.d program ${program.name} ${how}`, { hint });
  watchProcess({
    lost: fail,
    idle: () =>
      fail(
        unfinished(
          "awaits a promise that never settles",
          "Find the promise that never settles, for example a request without a timeout.",
        ),
      ),
    ends: (exitCode) =>
      writeError(
        `ERROR: the exec.d program ${program.name} ended its process with exit code ${exitCode} (BUILDPACK_UNFINISHED)\nHINT: Return from the function, or throw an error, instead of calling process.exit().\n`,
      ),
  });
  try {
    const variables = await runDefinition(checked(definition, program), launchContext());
    writeVariables(formatExecDOutput(variables), program);
    endProcess(0);
  } catch (error) {
    await report(error, program);
  }
}

function checked(definition: unknown, { name }: LaunchProgram): ExecDDefinition {
  if (typeof definition === "object" && definition !== null && "run" in definition)
    return definition as ExecDDefinition;
  throw new LibcnbError("EXEC_D_INVALID", `the default export of src/exec.d/${name}.ts is not an exec.d program`, {
    hint: `Write export default defineExecD(${JSON.stringify(name)}, …).`,
  });
}

function writeVariables(text: string, { name }: LaunchProgram): void {
  try {
    write(3, text);
  } catch (cause) {
    throw new LibcnbError(
      "INPUT_MISSING",
      `the exec.d program ${name} cannot write its result: file descriptor 3 is not open for writing`,
      {
        cause,
        hint: `To try the program in a shell, run ${name} 3>&1. In a container, the launcher opens file descriptor 3.`,
      },
    );
  }
}

/** Prints an error with the author's lines, and ends the process. Loaded late: a program that succeeds needs none of it. */
async function report(error: unknown, { name, buildpack }: LaunchProgram): Promise<never> {
  const [{ renderError }, { authorView }] = await Promise.all([
    import("./render-error.ts"),
    import("./host/author-frames.ts"),
  ]);
  writeError(renderError(error, { phase: `the exec.d program ${name}`, buildpack, ...authorView() }));
  return endProcess(1);
}
