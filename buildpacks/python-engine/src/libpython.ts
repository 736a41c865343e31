import { inDir } from "@libcnb/app-kit/folders";
import type { App, Logger } from "libcnb";

/** Servers that embed Python, and are compiled when they are installed: without libpython they do not start. */
const servers = /(?<![\w.-])(uwsgi(?![\w-])|mod[-_]wsgi)/i;
const requirements = /^(require\w*(-\w+)?\.txt|pyproject\.toml|Pipfile)$/i;
const inFolder = /\.(txt|in)$/;

interface Context {
  readonly app: App;
  readonly config: {
    readonly BP_CPYTHON_LIBPYTHON: boolean | undefined;
    readonly BP_PYTHON_PROJECT_PATH: string | undefined;
  };
  readonly log: Logger;
}

/**
 * True if libpython is part of the image. Few apps need it, and it is half as large as the rest of
 * Python. The reason is logged unless the user decided.
 */
export async function needsLibpython({ app, config, log }: Context): Promise<boolean> {
  const { BP_CPYTHON_LIBPYTHON: wanted, BP_PYTHON_PROJECT_PATH: dir = "" } = config;
  if (wanted !== undefined) return wanted;
  for (const file of await requirementFiles(app, dir)) {
    // what cannot be read is told by those who install from it
    const [, server] = servers.exec(await app.readText(file).catch(() => "")) ?? [];
    if (server === undefined) continue;
    log.info(`The image has libpython, because ${file} names ${server}, which embeds Python`);
    return true;
  }
  return false;
}

async function requirementFiles(app: App, dir: string): Promise<readonly string[]> {
  const folder = inDir(dir, "requirements");
  const [names, more] = await Promise.all([app.list(dir), app.list(folder)]);
  return [
    ...names.filter((name) => requirements.test(name)).map((name) => inDir(dir, name)),
    ...more.filter((name) => inFolder.test(name)).map((name) => inDir(folder, name)),
  ];
}
