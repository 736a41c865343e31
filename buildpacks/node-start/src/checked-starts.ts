import { inDir } from "@libcnb/app-kit/folders";
import { packageWith } from "@libcnb/node-app";
import { type Logger, UserError } from "libcnb";
import { type Command, commandsOf, commandsOfScript, managers } from "./commands.ts";
import { hasLocalProgram, localProgram } from "./local-program.ts";
import type { Project } from "./project.ts";
import { fileOf, type Start } from "./start.ts";
import type { Starts } from "./starts.ts";

/**
 * Checks that the files of the processes exist, and looks up programs in the app's packages. The
 * check runs after all other buildpacks.
 *
 * If the user named a file that is missing, the check fails. If a script names the missing file,
 * the check only warns, because the file may be mounted later. A program of a removed development
 * package would always fail to start. For the process `web`, such a program is an error; other
 * processes with such a program are omitted with a warning.
 */
export async function checkedStarts(starts: Starts, project: Project, log: Logger): Promise<Starts> {
  const checked: [string, Start][] = [];
  for (const [type, start] of Object.entries(starts)) {
    if (start.kind === "static") await checkSite(start.root, start, project);
    const gone = await goneProgram(start, project);
    if (gone !== undefined) logMissing(type, start, gone, log);
    else if (start.kind !== "program") checked.push([type, start]);
    else if (start.words[0] === "node") checked.push([type, await checkFile(start, project, log)]);
    else checked.push([type, await findProgram(start, project)]);
  }
  return Object.fromEntries(checked);
}

async function checkSite(root: string, start: Start, { app, dirs }: Project): Promise<void> {
  if ((await app.list(inDir(dirs.dir, root))).length > 0) return;
  throw new UserError(
    "NODE_STATIC_ROOT_MISSING",
    `${start.source}: the directory ${root} has no files after the build`,
    {
      hint: "Set BP_NODE_STATIC_ROOT to the directory that the build script writes, relative to the project, such as dist.",
    },
  );
}

async function checkFile<S extends Start & { readonly kind: "program" }>(
  start: S,
  project: Project,
  log: Logger,
): Promise<S> {
  await warnOfEnvFiles(start, project, log);
  const file = fileOf(start.words);
  if (file === undefined || (await existsForNode(file, start.dir, project))) return start;
  const message = `${start.source} starts ${file}, which does not exist after the build`;
  if (start.source === "BP_LAUNCHPOINT")
    throw new UserError("NODE_LAUNCHPOINT_MISSING", message, {
      hint: "Set BP_LAUNCHPOINT to a path relative to the project, such as dist/index.js, and check that the build script writes the file.",
    });
  log.warn(`${message}. Check the path, and that the build script writes the file.`);
  return start;
}

/**
 * Warns if an `--env-file` is missing. Node.js does not start without this file, and such files are
 * rarely part of a build.
 */
async function warnOfEnvFiles(
  { words, source, dir }: Start & { readonly kind: "program" },
  { app }: Project,
  log: Logger,
): Promise<void> {
  const end = words.findIndex((word, index) => index > 0 && !word.startsWith("-") && words[index - 1] !== "--env-file");
  const flags = end === -1 ? words : words.slice(0, end);
  const files = flags.flatMap((word, index) =>
    word === "--env-file" ? (flags[index + 1] ?? []) : (/^--env-file=(.+)$/.exec(word)?.[1] ?? []),
  );
  for (const file of files) {
    if (file.startsWith("/") || (await app.exists(inDir(dir, file)))) continue;
    log.warn(
      `${source} passes --env-file=${file}, but the app has no such file, and Node.js does not start without it. Use --env-file-if-exists=${file}, and set the environment variables for the container.`,
    );
  }
}

/** Node.js completes a file name without extension, and takes `main` or index.js of a directory. */
async function existsForNode(file: string, dir: string, { app }: Project): Promise<boolean> {
  if (file.startsWith("/")) return true; // of the run image, which is not known here
  const names = [file, `${file}.js`].map((name) => app.exists(inDir(dir, name)));
  return (await Promise.all(names)).includes(true);
}

async function findProgram<S extends Start & { readonly kind: "program" }>(start: S, project: Project): Promise<S> {
  const [name, ...args] = start.words;
  const file = name.includes("/") ? undefined : await localProgram(name, project);
  return file === undefined ? start : { ...start, words: ["node", file, ...args] };
}

/** The first program that a process runs and that is not in the image, as it was for development and was removed. */
async function goneProgram(start: Start, project: Project): Promise<string | undefined> {
  if (project.isPlugAndPlay) return undefined;
  for (const name of programsOf(start, project)) {
    if (isForDevelopment(name, project) && !(await hasLocalProgram(name, project))) return name;
  }
  return undefined;
}

/** The programs that a process runs until one fails; of a script, those of the commands in it. */
function programsOf(start: Start, { scripts }: Project): readonly string[] {
  switch (start.kind) {
    case "program":
      return managers.has(start.words[0])
        ? (commandsOf(start.words.join(" "), scripts) ?? []).flatMap(programOf)
        : programOf({ plain: start });
    case "script":
      return (commandsOfScript(start.name, scripts) ?? []).flatMap(programOf);
    case "shell":
      return (commandsOf(start.line, scripts) ?? []).flatMap(programOf);
    default:
      return [];
  }
}

/** Returns the program of a command, even if a package manager runs it: `npx tsc`, `pnpm exec tsc`, `yarn tsc`. */
function programOf({ plain }: Pick<Command, "plain">): readonly string[] {
  const [first = "", ...rest] = plain?.words ?? [];
  const words = managers.has(first) && first !== "npm" ? rest.filter((word) => word !== "exec") : [first];
  const name = words.find((word) => !word.startsWith("-"));
  return name === undefined || name.includes("/") ? [] : [name];
}

function logMissing(type: string, start: Start, program: string, log: Logger): void {
  if (type === "web") throw missingProgram(start, program);
  log.warn(`The image has no process ${type}: ${start.source} runs ${program}, which is a development dependency`);
}

/**
 * True if the name of a development dependency, with or without its scope, is the name of the
 * program. Packages in `@types` contain no programs.
 */
function isForDevelopment(name: string, { packageJson }: Project): boolean {
  if (name === "node") return false; // of the image, also where a package pins one for development
  const isNamed = (packages: object = {}) =>
    Object.keys(packages).some(
      (each) => each === packageWith(name) || each.replace(/^@(?!types\/)[^/]+\//, "") === name,
    );
  return isNamed(packageJson?.devDependencies) && !isNamed(packageJson?.dependencies);
}

const missingProgram = ({ source }: Start, program: string): UserError =>
  new UserError(
    "NODE_START_PROGRAM_MISSING",
    `${source} runs ${program}, which is a development dependency and not in the image`,
    {
      hint: `Start the output of the build: set BP_LAUNCHPOINT to a file such as dist/index.js, or BP_NPM_START_SCRIPT to another script. Or move ${packageWith(program)} from devDependencies to dependencies.`,
    },
  );
