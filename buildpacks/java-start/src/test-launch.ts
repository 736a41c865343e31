import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { defined } from "@libcnb/app-kit/defined";
import { answered, freePort, temporary } from "@libcnb/app-kit/start/test-process";
import { type BuildOutcome, build, type FileMap, launchEnv, writeFiles } from "libcnb/testing";
import { installedJdk } from "../../../test/support/java/archives.ts";
import javaStart from "./buildpack.ts";
import { portVariables } from "./port.ts";
import { buildpack, type Env } from "./test-build.ts";

/** The result of running a process of the image. */
export interface LaunchResult {
  readonly commands: Readonly<Record<string, string>>;
  /** The responses of the process, by path. */
  readonly answers: Readonly<Record<string, string>>;
  /** The exit code after SIGTERM; "killed" if the process did not end by itself. */
  readonly end: number | string;
  readonly output: string;
}

interface LaunchInputs {
  readonly env?: Env;
  /** Variables of the container. */
  readonly container?: Env;
  readonly paths?: readonly string[];
  /** Examines the files of the app, and can return other paths. */
  readonly downloads?: boolean;
}

/**
 * Builds an app, starts its process `web` as the first process of a test container, and sends
 * requests, then SIGTERM.
 */
export async function launched(app: FileMap, given: LaunchInputs = {}): Promise<LaunchResult> {
  const { env = {}, container = {}, paths = ["/"], downloads = false } = given;
  await using dir = await temporary("java-start-");
  const outcome = await build(javaStart, {
    buildpack,
    app,
    env: { BPI_JVM_VERSION: "17", ...env },
    ...defined({ downloads: downloads ? "real" : undefined }),
  });
  const image = await writeImage(outcome, dir.path);
  const port = await freePort();
  const { HOME = dir.path } = process.env;
  const variables = await containerEnv(outcome, image, { HOME, PORT: String(port), ...container });
  const child = await started(outcome, image, variables);
  const output = { text: "" };
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => (output.text += data));
  const answers: Record<string, string> = {};
  for (const path of paths) answers[path] = await answered(`http://127.0.0.1:${port}${path}`, child, output, 30_000);
  const end = await ended(child);
  return { commands: commandsOf(outcome), answers, end, output: output.text };
}

const commandsOf = ({ parsed }: BuildOutcome) =>
  Object.fromEntries(Object.entries(parsed.launch.processes).map(([type, { command }]) => [type, command.join(" ")]));

/** The locations of an image's directories. */
interface Image {
  readonly app: string;
  readonly layers: string;
}

async function writeImage(outcome: BuildOutcome, dir: string): Promise<Image> {
  const image = { app: join(dir, "app"), layers: join(dir, "layers") };
  await mkdir(image.app);
  await mkdir(image.layers);
  await writeFiles(image.app, outcome.app);
  await writeFiles(image.layers, withLocations(outcome.layers, image));
  return image;
}

/** Links lead to where the app lies now. */
const withLocations = (files: FileMap, image: Image): FileMap =>
  Object.fromEntries(
    Object.entries(files).map(([name, file]) => [name, typeof file === "string" ? written(file, image) : file]),
  );

const written = (value: string, { app, layers }: Image): string =>
  value.replaceAll("<app>", app).replaceAll("<layers>", layers);

/** The environment as the launcher composes it, with the variable that the launch helper sets. */
async function containerEnv(outcome: BuildOutcome, image: Image, given: Env): Promise<Env> {
  const { PATH = "", ...layers } = launchEnv(outcome, "web");
  const jdk = await installedJdk("17");
  const tail = ["/usr/local/bin", "/usr/bin", "/bin"].join(":");
  const all = Object.entries(layers).map(([name, value]) => [name, written(value ?? "", image)] as const);
  const env = {
    ...Object.fromEntries(all),
    PATH: `${written(PATH, image)}:${jdk}/bin:${tail}`,
    JAVA_HOME: jdk,
    ...given,
  };
  const variable = outcome.layers["start/port-variable"];
  return variable === undefined ? env : { ...env, ...portVariables(String(variable), env) };
}

/** Starts a process in namespaces of its own: as its first one. */
async function started(outcome: BuildOutcome, image: Image, env: Env): Promise<ChildProcess> {
  const { command = [], workingDir = "<app>" } = outcome.parsed.launch.processes["web"] ?? {};
  const namespaces = ["--user", "--map-root-user", "--pid", "--fork", "--mount", "--mount-proc", "--kill-child"];
  const [file = "", ...args] = ["unshare", ...namespaces, ...command];
  return spawn(file, args, {
    cwd: written(workingDir, image),
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** The grace period of orchestrators is 10 s; here others work on the machine, too. */
async function ended(child: ChildProcess): Promise<number | string> {
  const closed = once(child, "close");
  const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, "utf8");
  process.kill(Number(children.trim().split(" ")[0]), "SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 30_000);
  const [code, signal] = await closed;
  clearTimeout(timer);
  return signal === "SIGKILL" ? "killed" : (code ?? signal);
}
