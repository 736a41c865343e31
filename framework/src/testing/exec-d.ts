import { isAbsolute, join } from "node:path";
import { type ExecDDefinition, runDefinition } from "../exec-d/definition.ts";
import { containerLimits } from "../exec-d/limits.ts";

/** The inputs of an exec.d program. All are optional. */
export interface ExecDFixture {
  /** The environment of the process so far. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * The texts of files by path. Relative paths are below the app's directory. The limits of the
   * container are files as well: `"/sys/fs/cgroup/memory.max": "536870912\n"`.
   */
  readonly files?: Readonly<Record<string, string>>;
  /** The type of the process, for a program under `process`. */
  readonly processType?: string;
}

/** The result of an exec.d program. */
export interface ExecDOutcome {
  /** The variables that the program sets. */
  readonly variables: Readonly<Record<string, string>>;
  /** The environment of the process after the program. */
  readonly env: Readonly<Record<string, string>>;
  /** The files that the program wrote, by absolute path. */
  readonly written: Readonly<Record<string, string>>;
  /** The lines that the program printed. */
  readonly log: readonly string[];
}

const appDir = "/workspace";
const layerDir = "/layers/test_buildpack/layer";

/**
 * Runs an exec.d program as a function, on an environment and files in memory. The app's directory
 * is `/workspace`. Errors are thrown.
 *
 * @throws LibcnbError EXEC_D_INVALID
 * @example `(await execD(defineExecD("port", ({ env }) => ({ SERVER_PORT: env.PORT })), { env: { PORT: "80" } })).variables // { SERVER_PORT: "80" }`
 */
export async function execD(definition: ExecDDefinition, given: ExecDFixture = {}): Promise<ExecDOutcome> {
  const { env = {}, processType } = given;
  const files = new Map(Object.entries(given.files ?? {}).map(([path, text]) => [absolute(path), text]));
  const written: Record<string, string> = {};
  const log: string[] = [];
  const readText = (path: string) => files.get(absolute(path));
  const variables = await runDefinition(definition, {
    env,
    app: { dir: appDir },
    layer: { path: layerDir },
    processType,
    limits: containerLimits(readText),
    readText,
    writeText(path, text) {
      files.set(absolute(path), text);
      written[absolute(path)] = text;
    },
    log: (text) => void log.push(text),
  });
  return { variables, env: { ...env, ...variables }, written, log };
}

const absolute = (path: string): string => (isAbsolute(path) ? path : join(appDir, path));
