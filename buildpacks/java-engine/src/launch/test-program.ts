import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecDVariables } from "libcnb";
import { type FileMap, writeFiles } from "libcnb/testing";
import { factsFile, type JavaFacts } from "./java-facts.ts";
import { type Runtime, writeLaunchFiles } from "./provide.ts";
import { variablesIn } from "./variables.ts";

/** The result of the launch helper. The container's directory is `CONTAINER` in it. */
interface HelperResult {
  /** JAVA_TOOL_OPTIONS, undefined if the helper leaves them alone. */
  readonly options: string | undefined;
  readonly variables: ExecDVariables;
  /** The lines that the helper printed. */
  readonly printed: readonly string[];
  /** The container's directory. */
  readonly root: string;
}

/** A test container: its files by path, and its environment variables. */
export interface TestContainer {
  readonly files?: FileMap;
  readonly env?: Readonly<Record<string, string>>;
  /** True if no directory for temporary files exists. */
  readonly isReadOnly?: boolean;
}

/**
 * A test's layer of the launch helper for a Java installation. Disposing of this object removes the
 * layer.
 */
export interface HelperLayer extends AsyncDisposable {
  readonly dir: string;
  /**
   * Runs the helper in a test container. `CONTAINER` stands for the container's directory in
   * values and in the output.
   */
  start(container?: TestContainer): Promise<HelperResult>;
}

/** Writes the launch helper's layer as a build does. */
export async function helperLayer(java: Runtime): Promise<HelperLayer> {
  const dir = await mkdtemp(join(tmpdir(), "java-helper-"));
  await writeLaunchFiles(dir, java);
  const facts = JSON.parse(await readFile(join(dir, factsFile), "utf8")) as JavaFacts;
  let count = 0;
  return {
    dir,
    start: (container = {}) => start({ dir, facts, root: join(dir, `${++count}`) }, container),
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

interface Helper {
  readonly dir: string;
  readonly facts: JavaFacts;
  readonly root: string;
}

async function start(
  { dir, facts, root }: Helper,
  { files = {}, env = {}, isReadOnly = false }: TestContainer,
): Promise<HelperResult> {
  await mkdir(join(root, isReadOnly ? "" : "tmp"), { recursive: true });
  await writeFiles(root, files);
  const own = Object.entries(env).map(([name, value]) => [name, value.replaceAll("CONTAINER", root)]);
  const printed: string[] = [];
  const plain = (text: string) => text.replaceAll(root, "CONTAINER");
  const result = await variablesIn({
    env: { TMPDIR: join(root, "tmp"), ...Object.fromEntries(own) },
    java: facts,
    layer: dir,
    parent: 7,
    print: (line) => void printed.push(plain(line)),
    root,
  });
  const variables = Object.fromEntries(Object.entries(result).map(([name, value]) => [name, plain(value ?? "")]));
  return { options: variables["JAVA_TOOL_OPTIONS"], variables, printed, root };
}

/** Runs a command until it ends, and returns its exit code and output. */
export const ended = ([file = "", ...args]: readonly string[], env: Readonly<Record<string, string | undefined>>) =>
  new Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>((resolve) => {
    const child = execFile(file, args, { env, maxBuffer: 2 ** 26 }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
