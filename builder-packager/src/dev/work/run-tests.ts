import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { readForeignFile } from "../../files/foreign-file.ts";
import { killGroup } from "../../sandbox/processes/process-group.ts";
import { lineSplitter } from "../../text/line-splitter.ts";
import type { SourceChange } from "../loop/concerns.ts";
import type { DevScreen } from "../screen.ts";
import { type NodeProject, type TestCommand, testCommand } from "./test-command.ts";

/** The environment variables, the output and the signal of a test run. */
export interface TestRunContext {
  readonly env: NodeJS.ProcessEnv;
  readonly screen: DevScreen;
  /** Stops the tests. */
  readonly signal: AbortSignal;
}

/** The number of lines that are printed of failed tests. */
const shownLines = 200;

/**
 * Runs the tests of the buildpacks that have changed, one buildpack after the other, and prints the
 * output of failed tests. Returns true if all tests passed. Returns undefined if the tests were
 * stopped, or if there are none.
 */
export async function runTests(
  changes: readonly SourceChange[],
  context: TestRunContext,
): Promise<boolean | undefined> {
  const results: (boolean | undefined)[] = [];
  for (const { source, paths } of changes) {
    if (context.signal.aborted) return undefined;
    const command = testCommand(source.dir, paths, await projectsAbove(source.dir));
    if (command === undefined) continue;
    results.push(await runOne(basename(source.dir), command, context));
  }
  if (context.signal.aborted || results.every((each) => each === undefined)) return undefined;
  return !results.includes(false);
}

async function runOne(
  name: string,
  command: TestCommand,
  { env, screen, signal }: TestRunContext,
): Promise<boolean | undefined> {
  const program = programOf(command);
  if (program === undefined) {
    screen.reporter.warn(
      `the tests of ${name} do not run: vitest is not installed. Run npm install in ${command.cwd}.`,
    );
    return undefined;
  }
  const colors = screen.hasColors ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" };
  const begun = performance.now();
  const child = spawn(program.file, [...program.args, ...command.args], {
    cwd: command.cwd,
    env: { ...env, ...colors },
    detached: true, // a group of its own, which is ended as a whole
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { exitCode, lines } = await outcome(child, signal);
  if (signal.aborted) return undefined;
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  if (exitCode === 0) {
    screen.reporter.info(`The tests of ${name} passed in ${seconds} s`);
    return true;
  }
  for (const line of lines) screen.program("test", line);
  screen.reporter.warn(`tests of ${name} failed`);
  return false;
}

/** Collects the last lines of the output. On abort, all processes of the tests end. */
async function outcome(child: ChildProcess, signal: AbortSignal) {
  const lines: string[] = [];
  const splitters = [child.stdout, child.stderr].map((stream) => {
    const splitter = lineSplitter((line) => {
      lines.push(line);
      if (lines.length > shownLines) lines.shift();
    });
    stream?.on("data", (chunk: Uint8Array) => splitter.add(chunk));
    return splitter;
  });
  const kill = () => killGroup(child.pid);
  signal.addEventListener("abort", kill);
  process.on("exit", kill);
  try {
    if (signal.aborted) kill();
    const [exitCode] = await once(child, "close");
    for (const splitter of splitters) splitter.end();
    return { exitCode: exitCode as number | null, lines };
  } catch (error) {
    return { exitCode: null, lines: [(error as Error).message] };
  } finally {
    signal.removeEventListener("abort", kill);
    process.off("exit", kill);
  }
}

function programOf({
  tool,
  cwd,
}: TestCommand): { readonly file: string; readonly args: readonly string[] } | undefined {
  if (tool === "npm") return { file: "npm", args: ["--silent"] };
  try {
    const main = createRequire(join(cwd, "package.json")).resolve("vitest/package.json");
    return { file: process.execPath, args: [join(dirname(main), "vitest.mjs")] };
  } catch {
    return undefined;
  }
}

/** The largest package.json that is read. */
const maxBytes = 1024 * 1024;

/** Reads the package.json files at and above a directory, closest first. */
async function projectsAbove(dir: string): Promise<readonly NodeProject[]> {
  const text = await readForeignFile(join(dir, "package.json"), maxBytes).catch(() => undefined);
  const own = text === undefined ? [] : [{ dir, script: testScript(text.toString()) }];
  return dirname(dir) === dir ? own : [...own, ...(await projectsAbove(dirname(dir)))];
}

function testScript(text: string): string | undefined {
  try {
    const script: unknown = JSON.parse(text)?.scripts?.test;
    return typeof script === "string" ? script : undefined;
  } catch {
    return undefined; // the build reports it
  }
}
