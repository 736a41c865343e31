import { type EnvFiles, envFiles } from "../env/files.ts";
import type { LayerEnv } from "../env/modification.ts";
import { checkProgram, execDFiles, type LayerExecD } from "./exec-d.ts";

/** The files that the framework writes into a layer on every build. */
export interface LayerWritten {
  readonly env: EnvFiles;
  /** Programs by path below the layer. */
  readonly execD: ReadonlyMap<string, Uint8Array>;
  /** The key of both: texts, and digests of programs. */
  readonly key: EnvFiles;
}

/**
 * Composes the files to write before anything is created, so that errors appear before downloads.
 *
 * @throws LibcnbError ENV_INVALID, EXEC_D_INVALID
 */
export async function composeWritten(env: LayerEnv, execD: LayerExecD, buildpackDir: string): Promise<LayerWritten> {
  const files = envFiles(env);
  const given = [...execDFiles(execD)];
  if (given.length === 0) return { env: files, execD: new Map(), key: files };
  // loaded late: few layers have programs, and hashing loads all of OpenSSL
  const { digestOf, readProgram } = await import("../host/program.ts");
  const programs = new Map<string, Uint8Array>();
  for (const [path, program] of given) {
    const contents = typeof program === "string" ? Buffer.from(program) : await readProgram(buildpackDir, program.file);
    checkProgram(path, contents);
    programs.set(path, contents);
  }
  const digests = [...programs].map(([path, contents]) => [path, digestOf(contents)]);
  return { env: files, execD: programs, key: { ...files, ...Object.fromEntries(digests) } };
}
