import { execFile } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchPrograms } from "@libcnb/app-kit/release/launch-programs";
import { parseExecDOutput } from "libcnb/spec";
import { type FileMap, writeFiles } from "libcnb/testing";
import { prepareTruststore } from "../trust/truststores.ts";
import { type Runtime, startProgram, truststoreIn } from "./provide.ts";

/** The output of a container's program. */
interface ProgramOutput {
  /** JAVA_TOOL_OPTIONS, undefined if it leaves them alone. */
  readonly options: string | undefined;
  /** The output, without the container's directory. */
  readonly printed: readonly string[];
  readonly code: number;
}

/** The directory that is `CONTAINER` in it. */
interface SaidIn extends ProgramOutput {
  readonly root: string;
}

/** A test container: its files by path, its environment variables, and the program that runs it. */
export interface Container {
  readonly files?: FileMap;
  readonly env?: Readonly<Record<string, string>>;
  readonly shell?: readonly string[];
}

/** A layer with the launch programs for a Java installation. Disposing of it removes the layer. */
export interface ProgramLayer extends AsyncDisposable {
  readonly dir: string;
  /**
   * Runs the program in a test container. `CONTAINER` stands for the container's directory in
   * values and in the output.
   */
  start(container?: Container): Promise<SaidIn>;
}

/** Writes the layer as a build does. */
export async function programLayer(java: Runtime): Promise<ProgramLayer> {
  const dir = await mkdtemp(join(tmpdir(), "java-program-"));
  const program = join(dir, "program");
  await copyPrograms(launchPrograms(dir));
  await prepareTruststore(java.runtime, truststoreIn(dir));
  await writeFile(program, await startProgram(java, dir));
  await chmod(program, 0o755);
  let count = 0;
  return {
    dir,
    start: (container = {}) => start(program, join(dir, `${++count}`), container),
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

async function copyPrograms(to: string): Promise<void> {
  const names = (await readdir(import.meta.dirname)).filter((name) => /\.(sh|properties)$/.test(name));
  for (const name of names) await cp(join(import.meta.dirname, name), join(to, name));
}

async function start(
  program: string,
  root: string,
  { files = {}, env = {}, shell = ["sh"] }: Container,
): Promise<SaidIn> {
  await mkdir(join(root, "tmp"), { recursive: true });
  await writeFiles(root, files);
  const own = Object.entries(env).map(([name, value]) => [name, value.replaceAll("CONTAINER", root)]);
  // without SHLVL bash reads its settings where it stands behind a socket
  const all = { PATH: process.env["PATH"], SHLVL: "2", TMPDIR: join(root, "tmp"), ...Object.fromEntries(own) };
  const command = [...shell, program, root];
  const { code, stdout, stderr } = await ended(["/bin/sh", "-c", 'exec 3>&1 1>&2; exec "$@"', "sh", ...command], all);
  const plain = (text: string) => text.replaceAll(root, "CONTAINER");
  return {
    options: parseExecDOutput(plain(stdout), "java")["JAVA_TOOL_OPTIONS"],
    printed: plain(stderr).split("\n").slice(0, -1),
    code,
    root,
  };
}

/** Runs a command until it ends, and returns its exit code and output. */
export const ended = ([file = "", ...args]: readonly string[], env: Readonly<Record<string, string | undefined>>) =>
  new Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>((resolve) => {
    const child = execFile(file, args, { env, maxBuffer: 2 ** 26 }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
