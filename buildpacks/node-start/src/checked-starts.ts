import { inDir } from "@libcnb/app-kit/folders";
import { type Logger, UserError } from "libcnb";
import { hasLocalProgram, localProgram } from "./local-program.ts";
import type { Project } from "./project.ts";
import { fileOf, type Start } from "./start.ts";
import type { Starts } from "./starts.ts";

/**
 * Checks, after all other buildpacks did their work, that processes have something to run, and looks up programs of packages.
 *
 * What the user of the build named and is not there is an error. A script is the app's own business and only gets a warning:
 * it may start a file that is mounted later. But a program that is for development and was removed surely fails.
 */
export async function checkedStarts(starts: Starts, project: Project, log: Logger): Promise<Starts> {
  const checked: [string, Start][] = [];
  for (const [type, start] of Object.entries(starts)) {
    if (start.kind === "static") await checkSite(start.root, start, project);
    if (start.kind !== "program") checked.push([type, start]);
    else if (start.words[0] === "node") checked.push([type, await checkFile(start, project, log)]);
    else {
      const found = await findProgram(start, project);
      if (found !== undefined) checked.push([type, found]);
      else if (type === "web") throw missingProgram(start);
      else log.warn(`No process ${type}: ${start.source} runs ${start.words[0]}, which is there for development only`);
    }
  }
  return Object.fromEntries(checked);
}

async function checkSite(root: string, start: Start, { app, dirs }: Project): Promise<void> {
  if ((await app.list(inDir(dirs.dir, root))).length > 0) return;
  throw new UserError("NODE_STATIC_ROOT_MISSING", `${start.source} is ${root}, which has no files after the build`, {
    hint: "Set it to the folder that the build script writes, relative to the project.",
  });
}

async function checkFile<S extends Start & { readonly kind: "program" }>(
  start: S,
  project: Project,
  log: Logger,
): Promise<S> {
  const file = fileOf(start.words);
  if (file === undefined || (await existsForNode(file, start.dir, project))) return start;
  const message = `${start.source} starts ${file}, which does not exist after the build`;
  if (start.source === "BP_LAUNCHPOINT")
    throw new UserError("NODE_LAUNCHPOINT_MISSING", message, {
      hint: "Set BP_LAUNCHPOINT to a path relative to the app, and check that the build script writes the file.",
    });
  log.warn(`${message}. Check the path, and that the build script writes the file.`);
  return start;
}

/** Node.js completes a file name without extension, and takes `main` or index.js of a folder. */
async function existsForNode(file: string, dir: string, { app }: Project): Promise<boolean> {
  if (file.startsWith("/")) return true; // of the run image, which nobody knows here
  const names = [file, `${file}.js`].map((name) => app.exists(inDir(dir, name)));
  return (await Promise.all(names)).includes(true);
}

async function findProgram<S extends Start & { readonly kind: "program" }>(
  start: S,
  project: Project,
): Promise<S | undefined> {
  const [name, ...args] = start.words;
  if (name.includes("/")) return start;
  const file = await localProgram(name, project);
  if (file !== undefined) return { ...start, words: ["node", file, ...args] };
  const isGone = isForDevelopment(name, project) && !(await hasLocalProgram(name, project));
  return isGone && !project.isPlugAndPlay ? undefined : start;
}

/** Programs that are not called as their package. */
const packageOf = new Map([
  ["nest", "@nestjs/cli"],
  ["ng", "@angular/cli"],
  ["tsc", "typescript"],
]);

/** Whether a package for development has the name of the program, also without its scope. */
function isForDevelopment(name: string, { packageJson }: Project): boolean {
  const known = packageOf.get(name) ?? name;
  const isNamed = (packages: object = {}) =>
    Object.keys(packages).some((each) => each === known || each.replace(/^@[^/]+\//, "") === known);
  return isNamed(packageJson?.devDependencies) && !isNamed(packageJson?.dependencies);
}

const missingProgram = (start: Start & { readonly kind: "program" }): UserError =>
  new UserError(
    "NODE_START_PROGRAM_MISSING",
    `${start.source} runs ${start.words[0]}, which is there for development only: it is not in the image`,
    {
      hint: `Start what the build made, such as "node dist/index.js"; name another script in BP_NPM_START_SCRIPT; or move the package of ${start.words[0]} to dependencies.`,
    },
  );
