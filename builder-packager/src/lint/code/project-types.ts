import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { exists } from "../../files/exists.ts";
import type { CodeError } from "./author-code.ts";

/** The result of checking types: errors, or the reason why they were not checked. */
export type TypeCheck = { readonly errors: readonly CodeError[] } | { readonly reason: string };

/** Finds the tsconfig.json that applies to a directory. */
export async function tsconfigFor(dir: string): Promise<string | undefined> {
  const file = join(dir, "tsconfig.json");
  if (await exists(file)) return file;
  return dirname(dir) === dir ? undefined : tsconfigFor(dirname(dir));
}

/**
 * Runs the TypeScript compiler that is installed in the project, because its version decides which
 * code is correct.
 */
export async function checkTypes(tsconfig: string, signal?: AbortSignal): Promise<TypeCheck> {
  const compiler = compilerFor(tsconfig);
  if (compiler === undefined) return { reason: "typescript is not installed in the project" };
  const args = [compiler, "--noEmit", "--pretty", "false", "--project", tsconfig];
  const output = await outputOf(args, dirname(tsconfig), signal);
  const errors = errorsIn(output, dirname(tsconfig));
  const [first = ""] = output.split("\n");
  return errors.length > 0 || output.trim() === "" ? { errors } : { reason: `tsc reports ${first}` };
}

function compilerFor(tsconfig: string): string | undefined {
  try {
    const require = createRequire(tsconfig);
    return join(dirname(require.resolve("typescript/package.json")), "bin", "tsc");
  } catch {
    return undefined;
  }
}

const mostOutput = 16 * 1024 ** 2;

function outputOf(args: readonly string[], cwd: string, signal: AbortSignal | undefined): Promise<string> {
  const options = { cwd, stdio: ["ignore", "pipe", "ignore"] as ["ignore", "pipe", "ignore"] };
  return new Promise((resolveOutput, reject) => {
    const child = spawn(process.execPath, args, signal === undefined ? options : { ...options, signal });
    const chunks: Buffer[] = [];
    let bytes = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= mostOutput) chunks.push(chunk);
    });
    child.once("error", reject);
    child.once("close", () => resolveOutput(Buffer.concat(chunks).toString()));
  });
}

/** The errors in the output of tsc, in the form `src/build.ts(3,7): error TS2322: …`. */
export function errorsIn(output: string, dir: string): readonly CodeError[] {
  return [...output.matchAll(/^(\S.*)\((\d+),(\d+)\): error (TS\d+: .*)$/gm)].map(
    ([, file = "", line, column, message = ""]) => ({
      path: resolve(dir, file),
      line: Number(line),
      column: Number(column),
      message: message.trim(),
    }),
  );
}
