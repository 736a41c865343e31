/** The optional parts of a Python release. A field is true if the runtime contains the part. */
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
 * True if a file of a release is needed to run apps: the interpreter and the standard library,
 * without developer tools.
 */
export function isRuntime(name: string, extras: Extras): boolean {
  if (!name.startsWith("lib/")) return /^bin\/python[\d.]*$/.test(name);
  if (tk.test(name)) return extras.tkinter;
  if (isLibpython(name)) return extras.libpython;
  return ![tests, tools, packages, compiled].some((unwanted) => unwanted.test(name));
}

/**
 * True if a file of a release is needed to install packages: pip, and the files to compile against.
 */
export const isDevelopment = (name: string): boolean =>
  /^(include|lib\/python3\.\d+\/ensurepip)(\/|$)/.test(name) || isLibpython(name) || packages.test(name);
