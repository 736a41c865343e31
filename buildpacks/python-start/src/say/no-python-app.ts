import { inDir } from "@libcnb/app-kit/folders";

/** The message for an app without Python files. */
export const noFiles = (dir: string): string =>
  `no Python app: ${dir === "" ? "the app" : dir} has no requirements.txt, pyproject.toml, lockfile of uv, Poetry, PDM or Pipenv, and no file .py. Add one of them, set BP_PYTHON_PROJECT_PATH to the folder of the project, or check that ${inDir(dir, "") || "this"} is the right folder.`;

/** The message for an app that is rather in another language. */
export const ofOthers = (why: string): string =>
  `no Python app, as ${why}. If it is one, name its command behind web: in a Procfile, or in BP_PYTHON_START.`;
