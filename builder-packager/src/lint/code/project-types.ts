import { spawn } from "node:child_process";
import { stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { exists } from "../../files/exists.ts";
import type { CodeError } from "./author-code.ts";

/** The result of checking types: the errors, or the reason why the types could not be checked. */
export type TypeCheck = { readonly errors: readonly CodeError[] } | { readonly reason: string };

/** Finds the tsconfig.json that applies to a directory. */
export async function tsconfigFor(dir: string): Promise<string | undefined> {
  for await (const each of ownDirectories(dir)) {
    const file = join(each, "tsconfig.json");
    if (await exists(file)) return file;
  }
  return undefined;
}

/**
 * Yields a directory and those above it. Ends before a directory in which other users can create
 * files, such as `/tmp`: their compiler would run with the rights of this user.
 */
async function* ownDirectories(dir: string): AsyncGenerator<string> {
  const { uid } = await stat(dir);
  yield dir;
  for (let above = dirname(dir); above !== dirname(above); above = dirname(above)) {
    const stats = await stat(above);
    if (stats.uid !== uid || (stats.mode & 0o002) !== 0) return;
    yield above;
  }
}

/**
 * Runs the TypeScript compiler that is installed in the project. The project's own compiler is used
 * because its version decides which code is correct.
 */
export async function checkTypes(tsconfig: string, signal?: AbortSignal): Promise<TypeCheck> {
  const compiler = await compilerFor(dirname(tsconfig));
  if (compiler === undefined) return { reason: "typescript is not installed in the project" };
  const args = [compiler, "--noEmit", "--pretty", "false", "--project", tsconfig];
  const { output, end } = await outcomeOf(args, dirname(tsconfig), signal);
  const errors = errorsIn(output, dirname(tsconfig));
  const [first = ""] = output.split("\n");
  if (errors.length === 0 && output.trim() !== "") return { reason: `tsc reports ${first}` };
  // without memory, for example, the compiler prints nothing
  return errors.length === 0 && end !== undefined ? { reason: `tsc ${end}` } : { errors };
}

async function compilerFor(dir: string): Promise<string | undefined> {
  for await (const each of ownDirectories(dir)) {
    const file = join(each, "node_modules/typescript/bin/tsc");
    if (await exists(file)) return file;
  }
  return undefined;
}

const mostOutput = 16 * 1024 ** 2;

interface Outcome {
  readonly output: string;
  /** The end of the compiler if it failed. */
  readonly end: string | undefined;
}

function outcomeOf(args: readonly string[], cwd: string, signal: AbortSignal | undefined): Promise<Outcome> {
  const options = { cwd, stdio: ["ignore", "pipe", "ignore"] as ["ignore", "pipe", "ignore"] };
  return new Promise((resolveOutcome, reject) => {
    const child = spawn(process.execPath, args, signal === undefined ? options : { ...options, signal });
    const chunks: Buffer[] = [];
    let bytes = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= mostOutput) chunks.push(chunk);
    });
    child.once("error", reject);
    child.once("close", (code, killedBy) => {
      const failure = killedBy === null ? `ended with code ${code}` : `was ended by ${killedBy}`;
      resolveOutcome({ output: Buffer.concat(chunks).toString(), end: code === 0 ? undefined : failure });
    });
  });
}

/**
 * Parses the errors in the output of tsc, which have the form `src/build.ts(3,7): error TS2322: …`.
 */
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
