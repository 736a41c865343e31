import { inDir } from "@libcnb/app-kit/folders";
import { nameOf, type Project } from "../project.ts";
import { quotedFile, type Start } from "../start.ts";
import { candidates } from "./candidates.ts";
import type { Guess } from "./guess-result.ts";

const usual = ["main.py", "app.py", "server.py", "run.py", "bot.py", "__main__.py"];

/** A file to run directly: one with a usual name, an executable package, or the only file. */
export async function plainScript(project: Project): Promise<Guess | undefined> {
  const { modules, dir } = project;
  const root = (await candidates(project)).filter((name) => !name.includes("/"));
  for (const file of usual) {
    const facts = await modules.file(file);
    if (facts?.hasMain || facts?.acts) return { start: scriptStart(file, dir) };
  }
  const runnable = await runnablePackage(project);
  if (runnable !== undefined) return { start: { ...scriptStart(runnable, dir), line: `python -m ${runnable}` } };
  const scripts = [];
  for (const file of root) if ((await modules.file(file))?.hasMain) scripts.push(file);
  return scripts.length === 1 && scripts[0] !== undefined ? { start: scriptStart(scripts[0], dir) } : undefined;
}

/** A package with `__main__.py`, which `python -m` runs: that of the project's name. In `src` it is found only if it is installed. */
async function runnablePackage({ modules, pyproject, isInstalled }: Project): Promise<string | undefined> {
  const name = nameOf(pyproject)?.replaceAll("-", "_");
  if (name === undefined) return undefined;
  const files = [`${name}/__main__.py`, ...(isInstalled ? [`src/${name}/__main__.py`] : [])];
  for (const file of files) if ((await modules.file(file)) !== undefined) return name;
  return undefined;
}

/** Nobody but the file itself knows where it listens, if it does. */
const scriptStart = (file: string, dir: string): Start => ({
  line: `python ${quotedFile(file)}`,
  source: `${inDir(dir, file)}, as nothing else was found`,
  dir,
  otherwise:
    "it has to listen on 0.0.0.0 and the port in PORT itself; write another command behind web: in a Procfile, or set BP_LAUNCHPOINT to another file",
});
