import { inDir } from "@libcnb/app-kit/folders";
import { projectDir } from "@libcnb/python-app/project-dir";
import type { App } from "libcnb";
import { readProcfile } from "libcnb/kit";
import type { Settings } from "../settings.ts";
import { isOther, isPython } from "./names.ts";

/** Returns the reason why an app is not a Python app. Returns `undefined` if it is a Python app. */
export async function whyNoPythonApp(app: App, settings: Settings): Promise<string | undefined> {
  const dir = await projectDir(app, settings.BP_PYTHON_PROJECT_PATH);
  const files = (await app.list(dir)).map((name) => name.replace(/\/$/, ""));
  if (isNamed(settings)) return undefined;
  const { BP_LAUNCHPOINT: launchpoint } = settings;
  if (/\.[cm]?[jt]s$/.test(launchpoint ?? "")) return ofOthers(`BP_LAUNCHPOINT is ${launchpoint}`);
  const found = files.filter(isPython);
  const others = files.filter(isOther);
  if (launchpoint !== undefined && others.length === 0) return undefined;
  if (found.length === 0) return noFiles(dir);
  if (dir !== "") return undefined;
  const said = await saidByProcfile(app, dir);
  if (said !== undefined) return said.isPython ? undefined : ofOthers(`Procfile starts "${said.command}"`);
  if (others.length === 0) return undefined;
  // few apps have files of several languages
  const why = await (await import("./mixed-app.ts")).whyNotMixed(app, dir, files, others);
  return why && ofOthers(why);
}

/** True if the user's configuration selects Python and names the start command. */
const isNamed = ({ BP_PYTHON_START, BP_PYTHON_APP, BP_LAUNCHPOINT }: Settings): boolean =>
  BP_PYTHON_START !== undefined || BP_PYTHON_APP !== undefined || BP_LAUNCHPOINT?.endsWith(".py") === true;

/** The command in the Procfile whose language is known: the process `web`, else the first one. */
async function saidByProcfile(app: App, dir: string) {
  const { commands = {} } = (await readProcfile(app, dir)) ?? {};
  const lines = commands["web"] === undefined ? Object.values(commands) : [commands["web"]];
  if (lines.length === 0) return undefined;
  const { languageOf } = await import("./languages.ts");
  const known = lines.map((command) => ({ command, language: languageOf(command) })).find(({ language }) => language);
  return known && { command: known.command, isPython: known.language === "python" };
}

/** The message for an app without Python files. */
const noFiles = (dir: string): string =>
  `no Python app: ${dir === "" ? "the app" : dir} has no requirements.txt, pyproject.toml, lockfile of uv, Poetry, PDM or Pipenv, and no .py file. Add one of them, set BP_PYTHON_PROJECT_PATH to the directory of the project, or check that ${inDir(dir, "") || "this"} is the right directory.`;

/** The message for an app that is probably written in another language. */
const ofOthers = (why: string): string =>
  `no Python app, because ${why}. If the app is in Python, write its start command after web: in a Procfile, or into BP_PYTHON_START.`;
