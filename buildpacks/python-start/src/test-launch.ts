import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { answered, freePort, temporary } from "@libcnb/app-kit/start/test-process";
import { writeWithSignals } from "libcnb/kit";
import { type BuildOutcome, build, type FileMap, writeFiles } from "libcnb/testing";
import { installedPython } from "../../../test/support/python/archives.ts";
import pythonStart from "./buildpack.ts";

const buildpack = resolve(import.meta.dirname, "..");

/** Creates a virtual environment with real packages from the index, as python-packages does. */
export async function environment(
  dir: string,
  packages: readonly string[],
  version: "3.11" | "3.14" = "3.14",
): Promise<string> {
  const python = join(await installedPython(version), "bin/python3");
  const venv = join(dir, "venv");
  execFileSync(python, ["-m", "venv", "--without-pip", venv]);
  const flags = ["--quiet", "--disable-pip-version-check", "--prefer-binary"];
  execFileSync(python, ["-m", "pip", "--python", venv, "install", ...flags, ...packages], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  return venv;
}

/** The result of running a process of the image. */
export interface LaunchResult {
  /** The command line in the log. */
  readonly line: string;
  /** The response to the first request; `undefined` if the process is not a server. */
  readonly answer: string | undefined;
  /** The number of processes after the response, including the process itself. */
  readonly processes: number;
  /** The exit code after the signal; "killed" if the process did not end by itself. */
  readonly end: number | string;
}

interface Inputs {
  readonly venv: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly type?: string;
  /** The path to request; `undefined` for none: a line of the output shows that it runs. */
  readonly path?: string;
  readonly ready?: RegExp;
}

/**
 * Builds an app, starts a process as the first process of a test container, and sends a request,
 * then SIGTERM.
 */
export async function launched(
  app: FileMap,
  { venv, env = {}, type = "web", path = "/", ready }: Inputs,
): Promise<LaunchResult> {
  await using dir = await temporary("python-start-");
  const built = { VIRTUAL_ENV: venv, PATH: `${venv}/bin:${process.env["PATH"]}` };
  const outcome = await build(pythonStart, { buildpack, app, env: built });
  await writeFiles(dir.path, outcome.app);
  await mkdir(join(dir.path, ".start"));
  await writeWithSignals(join(dir.path, ".start"));
  const port = await freePort();
  const PATH = `${dir.path}/.start/bin:${venv}/bin:/usr/local/bin:/usr/bin:/bin`;
  const container = { PATH, HOME: dir.path, PORT: String(port), PYTHONUNBUFFERED: "1" };
  const child = started(outcome, type, dir.path, { ...container, ...variablesOf(outcome.layers, type), ...env });
  const output = { text: "" };
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => (output.text += data));
  const answer = await (ready === undefined
    ? answered(`http://127.0.0.1:${port}${path}`, child, output)
    : reported(ready, child, output));
  const processes = await stableDescendants(child.pid ?? 0);
  return { line: lineOf(outcome.log, type), answer, processes, end: await ended(child) };
}

/** The number of descendants once it has not changed for a second: a server may answer before all of its workers started. */
async function stableDescendants(pid: number): Promise<number> {
  let count = await descendants(pid);
  for (;;) {
    await new Promise((done) => setTimeout(done, 1000));
    const next = await descendants(pid);
    if (next === count) return count;
    count = next;
  }
}

/** Starts a process in namespaces of its own: as its first one. */
function started(
  outcome: BuildOutcome,
  type: string,
  dir: string,
  env: Readonly<Record<string, string>>,
): ChildProcess {
  const { command = [], workingDir = "<app>" } = outcome.parsed.launch.processes[type] ?? {};
  const namespaces = ["--user", "--map-root-user", "--pid", "--fork", "--mount", "--mount-proc", "--kill-child"];
  const [file = "", ...args] = ["unshare", ...namespaces, ...command];
  return spawn(file, args, { cwd: workingDir.replace("<app>", dir), env, stdio: ["ignore", "pipe", "pipe"] });
}

const lineOf = (log: readonly string[], type: string): string => {
  const reported = type === "web" ? "Starting the app with" : `Process ${type}:`;
  return log.find((line) => line.startsWith(reported))?.slice(reported.length + 2, -1) ?? "";
};

/** Variables of a process that its layer sets. */
function variablesOf(layers: FileMap, type: string): Readonly<Record<string, string>> {
  const prefix = `start/env.launch/${type}/`;
  return Object.fromEntries(
    Object.entries(layers)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length).replace(/\.\w+$/, ""), String(value)]),
  );
}

async function reported(ready: RegExp, child: ChildProcess, output: { readonly text: string }): Promise<undefined> {
  while (!ready.test(output.text)) {
    if (child.exitCode !== null) throw new Error(`the process ended with exit code ${child.exitCode}:\n${output.text}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

const childrenOf = async (pid: number): Promise<readonly number[]> =>
  (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => ""))
    .trim()
    .split(" ")
    .filter((each) => each !== "")
    .map(Number);

async function descendants(pid: number): Promise<number> {
  const counts = await Promise.all((await childrenOf(pid)).map(async (child) => 1 + (await descendants(child))));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The grace period of orchestrators is 10 s; what gets the signal needs less. */
async function ended(child: ChildProcess): Promise<number | string> {
  const closed = once(child, "close");
  const [first = 0] = await childrenOf(child.pid ?? 0);
  process.kill(first, "SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
  const [code, signal] = await closed;
  clearTimeout(timer);
  return signal === "SIGKILL" ? "killed" : (code ?? signal);
}
