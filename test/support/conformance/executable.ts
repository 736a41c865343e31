import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { inTemporaryDirectory } from "../../../framework/src/host/files/temporary-directory.ts";
import { readFileMap, type Tree, writeFileMap } from "../../../framework/src/host/files/tree.ts";
import { writeSmallProgram } from "../small/small-program.ts";

const source = join(import.meta.dirname, "../../../framework/src");

/** The source of an executable as the compiler makes one, of the buildpack `test/x`: an expression in which all of the framework is there by name. */
export const executableOf = (buildpack: string, names: string): string => `
import { runBuildpacks } from ${JSON.stringify(join(source, "runtime/index.ts"))};
import { ${names} } from ${JSON.stringify(join(source, "index.ts"))};
await runBuildpacks({ "test/x": async () => ({ default: ${buildpack} }) });
`;

export const descriptor = `api = "0.10"\n[buildpack]\nid = "test/x"\nversion = "1.0.0"\nsbom-formats = ["application/vnd.cyclonedx+json"]\n`;

/** The result of a phase that ran in its own process. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly plan: string;
  readonly layers: Tree;
}

/** What runs an executable: Node.js, or the small engine with the executable compiled into it. */
export type Engine = "node" | "small";

/** How a phase is called otherwise than by a lifecycle. */
export interface Calling {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** With `<root>` for the directory of everything. */
  readonly args?: readonly string[];
  /** Below the directory of everything. Default: bp/bin/<phase>. */
  readonly name?: string;
  /** Default: both for detect, whose outcomes have to be equal, and Node.js for any other phase. */
  readonly engine?: Engine;
}

/** Calls an executable as the lifecycle does, in a process of its own: bin/detect and bin/build are links to one file. */
export async function callExecutable(
  executable: string,
  phase: string,
  files: Tree,
  { engine, ...calling }: Calling = {},
): Promise<Outcome> {
  const callOn = { node: callOnNode, small: callOnEngine };
  if (engine !== undefined) return callOn[engine](executable, phase, files, calling);
  const onNode = await callOnNode(executable, phase, files, calling);
  if (phase === "detect")
    expect(comparable(await callOnEngine(executable, phase, files, calling))).toEqual(comparable(onNode));
  return onNode;
}

/** Without the frames of a stack, which differ, and without the message of an error that the engine itself throws. */
const comparable = ({ stderr, ...outcome }: Outcome): Outcome => ({
  ...outcome,
  stderr: stderr.replace(/^ {4}at .*\n/gm, "").replace(/^(ERROR: unexpected TypeError: ).*/m, "$1…"),
});

type OnEngine = Omit<Calling, "engine">;

function callOnNode(executable: string, phase: string, files: Tree, calling: OnEngine): Promise<Outcome> {
  return callIn({ "bp/bin/main.mjs": executable, [`bp/bin/${phase}`]: "-> main.mjs", ...files }, calling, (root) => [
    process.execPath,
    "--conditions=@libcnb/source",
    join(root, calling.name ?? `bp/bin/${phase}`),
  ]);
}

async function callOnEngine(executable: string, phase: string, files: Tree, calling: OnEngine): Promise<Outcome> {
  // not `main`, which the engine would start in its place if detect fails
  const engine = { contents: await smallProgram(executable), mode: 0o755 };
  return callIn({ "bp/bin/engine": engine, [`bp/bin/${phase}`]: "-> engine", ...files }, calling, (root) => [
    join(root, calling.name ?? `bp/bin/${phase}`),
  ]);
}

const programs = new Map<string, Promise<Uint8Array>>();

function smallProgram(executable: string): Promise<Uint8Array> {
  const compiled = programs.get(executable) ?? compile(executable);
  programs.set(executable, compiled);
  return compiled;
}

const compile = (executable: string): Promise<Uint8Array> =>
  inTemporaryDirectory(async (dir) => {
    await writeFile(join(dir, "main.mjs"), executable);
    await writeSmallProgram(join(dir, "main.mjs"), join(dir, "main"));
    return readFile(join(dir, "main"));
  });

async function callIn(
  files: Tree,
  { env, args = [] }: OnEngine,
  command: (root: string) => readonly string[],
): Promise<Outcome> {
  return inTemporaryDirectory(async (root) => {
    await writeFileMap(root, {
      "app/": "",
      "layers/": "",
      "platform/": "",
      "plan.toml": "",
      "bp/buildpack.toml": descriptor,
      ...files,
    });
    const [file = "", ...rest] = command(root);
    const { status, stdout, stderr } = spawnSync(
      file,
      [...rest, ...args.map((arg) => arg.replaceAll("<root>", root))],
      {
        cwd: join(root, "app"),
        encoding: "utf8",
        env: { ...environment(root), ...env },
      },
    );
    const rename = (text: string) => text.replaceAll(root, "<root>");
    return { status, stdout: rename(stdout), stderr: rename(stderr), ...(await results(root)) };
  });
}

const environment = (root: string) => ({
  PATH: process.env.PATH,
  CNB_BUILDPACK_DIR: join(root, "bp"),
  CNB_PLATFORM_DIR: join(root, "platform"),
  CNB_LAYERS_DIR: join(root, "layers"),
  CNB_BUILD_PLAN_PATH: join(root, "plan.toml"),
  CNB_BP_PLAN_PATH: join(root, "plan.toml"),
  CNB_TARGET_OS: "linux",
  CNB_TARGET_ARCH: "amd64",
});

async function results(root: string): Promise<Pick<Outcome, "plan" | "layers">> {
  const { "plan.toml": plan, ...rest } = await readFileMap(root);
  const layers = Object.entries(rest).filter(([path]) => path.startsWith("layers/"));
  return { plan: String(plan), layers: Object.fromEntries(layers.map(([path, text]) => [path.slice(7), text])) };
}
