import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { type FileMap, writeFiles } from "libcnb/testing";
import { cacheDir } from "../../builder-packager/src/cache-dirs.ts";
import { populateOnce } from "../../builder-packager/src/compile/populate.ts";
import { execute, npmSetting, pinnedNode } from "./cnb.ts";

/** A tool of the npm registry with its version, and its arguments: `["pnpm@10.34.9", "install", "--lockfile-only"]`. */
export type Command = readonly [tool: string, ...args: string[]];

/** An app as its developer has it: made from files, and by the real tools of their versions. */
export interface NodeApp {
  /** A folder to begin with. Default: an empty one. */
  readonly folder?: string;
  /** What makes the app's folder, with the name `app`, in an empty one: the generator of a framework. */
  readonly starter?: Command;
  /** Files on top. */
  readonly files?: FileMap;
  /** Files of packages by the path where they are put: `{ ".yarn/releases/yarn.cjs": ["@yarnpkg/cli-dist@4.18.1", "bin/yarn.js"] }`. */
  readonly vendored?: Readonly<Record<string, readonly [tool: string, path: string]>>;
  /** Run in the app's folder, in this order: what makes its lockfile, for example. */
  readonly commands?: readonly Command[];
  /** Left behind by the commands, but not part of what is built. */
  readonly without?: readonly string[];
}

/**
 * The folder of an app. It is made once and kept in the cache: generators install hundreds of packages. Nobody may change it.
 * What it depends on is fixed by exact versions, as far as the generator does so.
 */
export async function nodeApp(app: NodeApp): Promise<string> {
  const key = createHash("sha256").update(JSON.stringify(app)).digest("hex").slice(0, 16);
  const dir = cacheDir(process.env, "test-node-apps", key);
  await populateOnce(dir, (workDir) => makeNodeApp(app, join(workDir, "app")));
  return join(dir, "app");
}

/** A copy of an app with other files. It is the test's to change and to remove. */
export async function changedApp(folder: string, files: FileMap): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "node-app-"));
  await cp(folder, dir, { recursive: true, verbatimSymlinks: true });
  await writeFiles(dir, files);
  return dir;
}

/** Makes an app in a folder that is not there yet. */
export async function makeNodeApp(app: NodeApp, dir: string): Promise<void> {
  const { folder, starter, files = {}, vendored = {}, commands = [], without = [] } = app;
  if (starter) await runTool(starter, dirname(dir));
  else await mkdir(dir);
  if (folder !== undefined) await cp(folder, dir, { recursive: true });
  await writeFiles(dir, files);
  for (const [path, [tool, source]] of Object.entries(vendored)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await cp(join(await installed(tool), source), join(dir, path));
  }
  for (const command of commands) await runTool(command, dir);
  for (const path of without) await rm(join(dir, path), { recursive: true, force: true });
}

const runTool = async (command: Command, cwd: string): Promise<void> => void (await toolOutput(command, cwd));

/** Runs a tool to its end in a folder, as its developer does; gives what it printed on standard output. */
export async function toolOutput([tool, ...args]: Command, cwd: string): Promise<string> {
  const [file, ...first] = await programOf(tool);
  const { exitCode, stdout, stderr } = await execute(file, [...first, ...args], { cwd, env: await toolEnv() });
  if (exitCode !== 0) throw new Error(`${tool} ${args.join(" ")} exited ${exitCode}\n${stdout}${stderr}`);
  return stdout;
}

/** pnpm is a native program from version 12 on; its package on the registry is a launcher that downloads it from elsewhere. */
async function programOf(tool: string): Promise<readonly [string, ...string[]]> {
  const { name, version } = parts(tool);
  if (name === "pnpm" && version.startsWith("12.")) return [join(await installed(nativePnpm(version)), "pnpm")];
  return ["npm", "exec", "--yes", `--package=${tool}`, "--", programs[name] ?? name];
}

const parts = (tool: string) => {
  const at = tool.lastIndexOf("@");
  return { name: tool.slice(0, at), version: tool.slice(at + 1) };
};

const nativePnpm = (version: string): string => `@pnpm/exe.linux-${process.arch}@${version}`;

const programs: Readonly<Record<string, string>> = {
  "@yarnpkg/cli-dist": "yarn",
  "@nestjs/cli": "nest",
  "@angular/cli": "ng",
  "express-generator": "express",
  "fastify-cli": "fastify",
};

/** The folder of a package that is installed by itself. */
async function installed(tool: string): Promise<string> {
  const dir = cacheDir(process.env, "test-node-tools", tool.replaceAll("/", "+"));
  await populateOnce(dir, async (workDir) => {
    const { exitCode, stderr } = await execute("npm", ["install", "--prefix", workDir, tool], { cwd: workDir });
    if (exitCode !== 0) throw new Error(`${tool} cannot be installed:\n${stderr}`);
  });
  return join(dir, "node_modules", parts(tool).name);
}

/** The registry of this machine and whom to trust, in the words of each manager; the Node.js of these tests. */
async function toolEnv(): Promise<NodeJS.ProcessEnv> {
  const [registry = "", authority] = await Promise.all([npmSetting("registry"), npmSetting("cafile")]);
  const names = ["NPM_CONFIG_REGISTRY", "YARN_NPM_REGISTRY_SERVER"];
  const { CI: _, ...env } = process.env; // managers refuse to write a lockfile there
  return {
    ...{
      ...env,
      ...(authority && { NODE_EXTRA_CA_CERTS: authority }),
      ...Object.fromEntries(names.map((name) => [name, registry])),
    },
    ...{ PATH: `${dirname(pinnedNode)}${delimiter}${env["PATH"]}`, YARN_ENABLE_TELEMETRY: "0" },
    ...{
      NEXT_TELEMETRY_DISABLED: "1",
      ASTRO_TELEMETRY_DISABLED: "1",
      NUXT_TELEMETRY_DISABLED: "1",
      NG_CLI_ANALYTICS: "false",
    },
  };
}
