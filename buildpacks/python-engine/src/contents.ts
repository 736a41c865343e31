import { inDir } from "@libcnb/app-kit/folders";
import type { App, Logger } from "libcnb";

/**
 * The optional parts of a Python release. A field is true if the runtime layer contains the part.
 */
export interface Extras {
  readonly tkinter: boolean;
  readonly libpython: boolean;
}

// Directories have names without a slash at the end: one that is left behind empty can be imported.
const tests = /^lib\/python3\.\d+\/((.+\/)?tests?(\/|$)|lib-dynload\/(_test|_ctypes_test|xxlimited))/;
const tools = /^lib\/(pkgconfig|python3\.\d+\/(ensurepip|idlelib|turtledemo|pydoc_data|config-[^/]+))(\/|$)/;
const tk =
  /^lib\/((lib)?(tcl|tk|itcl|thread)[^/]*|python3\.\d+\/(tkinter|turtle\.py|lib-dynload\/_tkinter[^/]*))(\/|$)/;
const packages = /^lib\/python3\.\d+\/site-packages(\/|$)/;
const compiled = /(\/__pycache__|\.pyc)$/;

/** True if a file of a release belongs to libpython, which programs that embed Python need. */
export const isLibpython = (name: string): boolean => /^lib\/libpython/.test(name);

/**
 * True if a file of a release is needed to run apps. These files are the interpreter and the
 * standard library, without developer tools.
 */
export function isRuntime(name: string, extras: Extras): boolean {
  if (!name.startsWith("lib/")) return /^bin\/python[\d.]*$/.test(name);
  if (tk.test(name)) return extras.tkinter;
  if (isLibpython(name)) return extras.libpython;
  return ![tests, tools, packages, compiled].some((unwanted) => unwanted.test(name));
}

/**
 * True if a file of a release is needed to install packages. These files are pip and the files to
 * compile against.
 */
export const isDevelopment = (name: string): boolean =>
  /^(include|lib\/python3\.\d+\/ensurepip)(\/|$)/.test(name) || isLibpython(name) || packages.test(name);

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
 * True if the image is to contain libpython. Few apps need libpython, and it is half as large as
 * the rest of Python. The reason is logged unless the user set the option.
 */
export async function needsLibpython({ app, config, log }: Context): Promise<boolean> {
  const { BP_CPYTHON_LIBPYTHON: wanted, BP_PYTHON_PROJECT_PATH: dir = "" } = config;
  if (wanted !== undefined) return wanted;
  for (const file of await requirementFiles(app, dir)) {
    // the installation from such a file reports the error
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
