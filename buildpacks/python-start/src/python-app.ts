import { inDir, projectFolder } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";
import type { Settings } from "./settings.ts";

/** Files that only apps in Python have; also such as are no longer, or wrongly, called so: the build explains them. */
const names = new Set([
  ...[
    "pyproject.toml",
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "pylock.toml",
    "Pipfile",
    "Pipfile.lock",
    "setup.py",
    "setup.cfg",
  ],
  ...[
    "requirements.txt",
    "requirements.in",
    "requirements",
    "requirement.txt",
    "requirments.txt",
    "Requirements.txt",
    "environment.yml",
  ],
  ...[".python-version", "runtime.txt", "manage.py"],
]);

/** The folder of the project, relative to the app. */
export const projectDir = (app: App, { BP_PYTHON_PROJECT_PATH: value }: Settings): Promise<string> =>
  projectFolder(app, {
    ...{ name: "BP_PYTHON_PROJECT_PATH", value, code: "PYTHON_PROJECT_PATH_INVALID" },
    hint: "Set it to the folder with the project to build, relative to the app, such as services/api.",
  });

/** What says that an app is one in Python: names of files of the project. */
export async function readSigns(
  app: App,
  settings: Settings,
): Promise<{ readonly dir: string; readonly signs: readonly string[] }> {
  const dir = await projectDir(app, settings);
  const found = (await app.list(dir))
    .map((name) => name.replace(/\/$/, ""))
    .filter((name) => names.has(name) || name.endsWith(".py"));
  const named = [settings.BP_LAUNCHPOINT, settings.BP_PYTHON_APP].filter((each) => each !== undefined);
  return { dir, signs: [...found, ...named] };
}

/** Says what was looked for, and what the user can do. */
export const noPythonApp = (dir: string): string =>
  `no Python app: ${dir === "" ? "the app" : dir} has no requirements.txt, pyproject.toml, lockfile of uv, Poetry, PDM or Pipenv, and no file .py. Add one of them, set BP_PYTHON_PROJECT_PATH to the folder of the project, or check that ${inDir(dir, "") || "this"} is the right folder.`;
