import { defined } from "@libcnb/app-kit/defined";
import { inDir } from "@libcnb/app-kit/folders";
import { UserError } from "libcnb";
import { procfileStart, scriptStart } from "./command-start.ts";
import { hasHooks } from "./commands.ts";
import { frameworkOf } from "./outputs/frameworks.ts";
import { type Output, outputStart } from "./outputs/output.ts";
import { type Project, procfileSources } from "./project.ts";
import { type Fallback, nodeStart, type Start } from "./start.ts";

/** The start settings of each process, by type. */
export type Starts = Readonly<Record<string, Start>>;

/** Scripts of package.json that are processes by default. */
const usualScripts = ["worker", "release"];

/**
 * Determines all processes of an app. Processes in a Procfile take precedence over detected ones.
 */
export async function findStarts(project: Project, phase: Phase): Promise<Starts> {
  const { procfile } = project;
  const commands = Object.entries(procfile?.commands ?? {}).filter(([type]) => type !== "web");
  const web = await webStart(project, phase);
  return {
    ...defined({ web }),
    ...scriptProcesses(project),
    ...Object.fromEntries(commands.map(([type, line]) => [type, procfileStart(type, line, procfileSources(project))])),
  };
}

/**
 * A script `release` often publishes a package, with tools that are not in the image: without being named it is a process
 * only if it is plainly a command.
 */
function scriptProcesses({ scripts, settings, isPlugAndPlay, built, dirs: { dir } }: Project): Starts {
  const named = settings.BP_NODE_PROCESS_SCRIPTS;
  const types = (named ?? usualScripts).filter((type) => type !== "web" && scripts[type]?.trim());
  const starts = types.map((type) => [type, scriptStart(type, { scripts, dir, isPlugAndPlay, built })] as const);
  return Object.fromEntries(
    starts.filter(([type, { kind }]) => named !== undefined || type !== "release" || kind === "program"),
  );
}

/**
 * True if the image needs Node.js. Node.js is not needed if another buildpack serves the sites of
 * all processes.
 */
export const needsNode = (starts: Starts): boolean => Object.values(starts).some(({ kind }) => kind !== "elsewhere");

/**
 * The phase in which the start command is determined. In detect, files may be missing that the
 * build creates later.
 */
type Phase = "detect" | "build";

/**
 * The names of files to start if nothing else is known, in order. TypeScript files come last,
 * because the build may have compiled them to JavaScript.
 */
const conventionalFiles: readonly string[] = [
  ...["server", "app", "main", "index"].flatMap((name) =>
    ["js", "cjs", "mjs"].map((extension) => `${name}.${extension}`),
  ),
  ...["server", "app", "main", "index"].map((name) => `${name}.ts`),
];

/**
 * Determines the start settings of the process `web`; `undefined` if the app has nothing to start.
 */
async function webStart(project: Project, phase: Phase): Promise<Start | undefined> {
  return fromSettings(project) ?? (await fromAppFiles(project, phase)) ?? (await fromConventions(project, phase));
}

function fromSettings({ settings, scripts, isPlugAndPlay, built, dirs: { dir } }: Project): Start | undefined {
  const { BP_LAUNCHPOINT: launchpoint, BP_NPM_START_SCRIPT: script, BP_NODE_STATIC_ROOT: root } = settings;
  if (launchpoint !== undefined) return nodeStart(launchpoint, "BP_LAUNCHPOINT", dir);
  if (root !== undefined)
    return siteStart(
      { kind: "static", root: tidy(root), fallback: undefined, source: "BP_NODE_STATIC_ROOT", dir, env: {} },
      settings,
    );
  if (script === undefined) return undefined;
  if (scripts[script]?.trim())
    return {
      ...scriptStart(script, { scripts, dir, isPlugAndPlay, built }),
      source: `BP_NPM_START_SCRIPT (${script})`,
    };
  throw new UserError(
    "NODE_START_SCRIPT_MISSING",
    `BP_NPM_START_SCRIPT is "${script}", but package.json has no such script`,
    {
      hint: `${Object.keys(scripts).length === 0 ? "Add the script to package.json" : `Use one of the app's scripts: ${Object.keys(scripts).join(", ")}`}.`,
    },
  );
}

const tidy = (folder: string): string => folder.replace(/^(\.\/+)+|(?<!\/)\/+$/g, "") || ".";

async function fromAppFiles(project: Project, phase: Phase): Promise<Start | undefined> {
  const {
    procfile,
    scripts,
    isPlugAndPlay,
    built,
    dirs: { dir },
  } = project;
  const web = procfile?.commands.web;
  if (procfile !== undefined && web !== undefined) return procfileStart("web", web, procfileSources(project));
  const framework = await frameworkStart(project, phase);
  if (framework !== undefined && project.settings.BP_NODE_FRAMEWORK !== "auto") return framework;
  const script = scripts.start?.trim() ? scriptStart("start", { scripts, dir, isPlugAndPlay, built }) : undefined;
  if (script === undefined || !isReplaced(script, project)) return script ?? framework;
  // the build created nothing, and detect has not required the package manager
  if (framework === undefined) return script.kind === "script" ? withoutManager(script, scripts.start ?? "") : script;
  return { ...framework, source: `${framework.source}, which replaces "${scripts.start}" of package.json` };
}

const withoutManager = ({ source, dir, env }: Start, line: string): Start => ({
  kind: "shell",
  line,
  source,
  dir,
  env,
});

/**
 * True if the start script is a command of the framework that its output replaces, also with shell
 * variables: `vite preview --port $PORT`.
 */
function isReplaced(script: Start, { scripts, settings, packages }: Project): boolean {
  if (hasHooks("start", scripts) && script.kind === "script") return false;
  const framework = frameworkOf(settings.BP_NODE_FRAMEWORK, packages);
  const line = lineOf(script, scripts);
  return !/[;&|<>()`\n]/.test(line) && framework?.replaces.test(line) === true;
}

function lineOf(script: Start, scripts: Project["scripts"]): string {
  if (script.kind === "program") return script.words.join(" ");
  return (script.kind === "shell" ? script.line : (scripts.start ?? "")).trim();
}

async function fromConventions(
  { app, dirs: { dir }, packageJson, isBuilt }: Project,
  phase: Phase,
): Promise<Start | undefined> {
  const main = packageJson?.main?.trim() || undefined;
  const isExpected = (file: string) => phase === "detect" && isBuilt && file === main;
  for (const file of main === undefined ? conventionalFiles : [main, ...conventionalFiles]) {
    if (!isExpected(file) && !(await app.exists(inDir(dir, file)))) continue;
    return nodeStart(file, file === main ? "main in package.json" : `the file name ${file}`, dir);
  }
  return undefined;
}

/**
 * Determines the start settings for the output of the app's framework, if the output exists or is
 * expected from the build; otherwise `undefined`.
 */
async function frameworkStart(project: Project, phase: Phase): Promise<Start | undefined> {
  const { app, dirs, settings, packages, isBuilt } = project;
  const framework = frameworkOf(settings.BP_NODE_FRAMEWORK, packages);
  const outputs = (await framework?.outputs(project)) ?? [];
  const found = await firstThat(outputs, ({ file }) => app.exists(inDir(dirs.dir, file)));
  const output = found ?? (phase === "detect" && isBuilt ? outputs[0] : undefined);
  if (framework === undefined || output === undefined) return undefined;
  return siteStart(outputStart(output, `the output of ${framework.title}`, dirs.dir), settings);
}

function siteStart(start: Start, settings: Project["settings"]): Start {
  if (start.kind !== "static") return start;
  if (!settings.BP_NODE_STATIC) return { ...start, kind: "elsewhere" };
  const fallback = settings.BP_NODE_STATIC_FALLBACK;
  return fallback === undefined ? start : { ...start, fallback: fallbackOf(fallback) };
}

const fallbackOf = (file: string): Fallback => {
  if (file === "none") return undefined;
  return /(^|\/)404\.html$/.test(file) ? { notFound: file } : { page: file };
};

async function firstThat(
  outputs: readonly Output[],
  isPresent: (output: Output) => Promise<boolean>,
): Promise<Output | undefined> {
  for (const output of outputs) if (await isPresent(output)) return output;
  return undefined;
}
