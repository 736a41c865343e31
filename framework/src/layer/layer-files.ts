import { type EnvFiles, envFiles } from "../env/files.ts";
import type { LayerEnv } from "../env/modification.ts";
import { checkProgram, type ExecD, execDFiles, type LayerExecD } from "./exec-d.ts";

/** The files that the framework writes into a layer on every build. */
export interface LayerWritten {
  readonly env: EnvFiles;
  /** Programs by path below the layer. */
  readonly execD: ReadonlyMap<string, Uint8Array>;
  /** The part of the layer's recorded metadata about these files: texts, and digests of programs. */
  readonly key: EnvFiles;
}

/** The functions that read exec.d programs. */
export interface ProgramSources {
  readonly buildpackDir: string;
  /** Reads the compiled program of a definition. */
  readonly compiledExecD: (buildpackDir: string, name: string) => Promise<Uint8Array>;
}

/**
 * Determines the files that the framework writes into a layer. Call this function before the layer
 * is created, so that errors occur before downloads.
 *
 * @throws LibcnbError ENV_INVALID, EXEC_D_INVALID, EXEC_D_NOT_COMPILED
 */
export async function composeWritten(env: LayerEnv, execD: LayerExecD, sources: ProgramSources): Promise<LayerWritten> {
  const files = envFiles(env);
  const given = [...execDFiles(execD)];
  if (given.length === 0) return { env: files, execD: new Map(), key: files };
  // loaded late: few layers have programs, and hashing loads all of OpenSSL
  const { digestOf } = await import("../host/program.ts");
  const programs = new Map<string, Uint8Array>();
  for (const [path, program] of given) {
    const contents = await contentsOf(program, sources);
    checkProgram(path, contents);
    programs.set(path, contents);
  }
  const digests = [...programs].map(([path, contents]) => [path, digestOf(contents)]);
  return { env: files, execD: programs, key: { ...files, ...Object.fromEntries(digests) } };
}

async function contentsOf(program: ExecD, { buildpackDir, compiledExecD }: ProgramSources): Promise<Uint8Array> {
  if (typeof program === "string") return Buffer.from(program);
  if ("run" in program) return compiledExecD(buildpackDir, program.name);
  const { readProgram } = await import("../host/program.ts");
  return readProgram(buildpackDir, program.file);
}
