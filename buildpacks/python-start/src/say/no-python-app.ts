import { inDir } from "@libcnb/app-kit/folders";

/** The message for an app without Python files. */
export const noFiles = (dir: string): string =>
  `no Python app: ${dir === "" ? "the app" : dir} has no requirements.txt, pyproject.toml, lockfile of uv, Poetry, PDM or Pipenv, and no .py file. Add one of them, set BP_PYTHON_PROJECT_PATH to the directory of the project, or check that ${inDir(dir, "") || "this"} is the right directory.`;

/** The message for an app that is probably written in another language. */
export const ofOthers = (why: string): string =>
  `no Python app, because ${why}. If the app is in Python, write its start command after web: in a Procfile, or into BP_PYTHON_START.`;
