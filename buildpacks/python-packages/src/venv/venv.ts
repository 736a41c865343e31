import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunTool } from "libcnb";
import type { Package, Python, Venv } from "../package-manager.ts";

/** Returns the paths in a virtual environment, which does not need to exist. */
export function venvAt(dir: string, { version }: Pick<Python, "version">): Venv {
  const [major, minor] = version.split(".");
  return {
    dir,
    python: join(dir, "bin/python"),
    sitePackages: join(dir, `lib/python${major}.${minor}/site-packages`),
  };
}

/**
 * Creates an empty virtual environment in an empty directory. The environment has no pip, because
 * pip is not needed at launch.
 */
export async function createVenv(run: RunTool, python: Python, { dir }: Venv): Promise<void> {
  await run(python.path, ["-I", "-m", "venv", "--without-pip", dir], { cwd: "/", output: "capture" });
}

/**
 * Compiles the Python files in a directory reproducibly. Without the compiled files, each process
 * would compile the Python files at its start.
 *
 * The bytecode disables Python's check of the source's modification time, because images do not
 * preserve times.
 */
export async function compilePython(run: RunTool, { path }: Python, dir: string): Promise<void> {
  // without the modules of a site: one of the packages might run there
  await run(path, ["-S", "-s", "-W", "ignore", "-c", program, dir], {
    cwd: "/",
    shownAs: false,
    env: { PYTHONHASHSEED: "0", PYTHONPATH: undefined, PYTHONOPTIMIZE: undefined, PYTHONPYCACHEPREFIX: undefined },
  });
}

// The objects that marshal writes as references depend on the files that the process has compiled before. So the groups are the
// same on every machine, regardless of concurrency. Files that are not valid for this Python (templates, tests of parsers) are skipped.
const program = `
import os, py_compile, sys
os.umask(0o022)
groups, size = [[]], 0
for folder, folders, names in os.walk(sys.argv[1]):
    folders.sort()
    for path in [os.path.join(folder, name) for name in sorted(names) if name.endswith(".py")]:
        if not os.path.isfile(path):
            continue
        if size > 1_000_000:
            groups.append([])
            size = 0
        groups[-1].append(path)
        size += os.path.getsize(path)

def compile(paths):
    for path in paths:
        try:
            py_compile.compile(path, doraise=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
        except (py_compile.PyCompileError, SyntaxError, ValueError, RecursionError):
            pass

def ended():
    if os.wait()[1] != 0:
        sys.exit("a process that compiles Python files was ended")

running = 0
for paths in groups:
    if running >= len(os.sched_getaffinity(0)):
        ended()
        running -= 1
    if os.fork() == 0:
        status = 1
        try:
            compile(paths)
            status = 0
        finally:
            os._exit(status)
    running += 1
for _ in range(running):
    ended()
`;

const fileIn = (dir: string): string => join(dir, "packages.json");

/**
 * Records the packages of an environment in a file in the environment, so that later builds that
 * reuse the environment know the packages.
 */
export const writePackages = (dir: string, packages: readonly Package[]): Promise<void> =>
  writeFile(fileIn(dir), `${JSON.stringify(packages)}\n`, { mode: 0o644 });

/** Reads the record of packages in an environment that this build or an earlier one created. */
export const readPackages = async (dir: string): Promise<readonly Package[]> =>
  JSON.parse(await readFile(fileIn(dir), "utf8")) as readonly Package[];

/**
 * True if the record of packages in an environment is readable. It may be unreadable because a
 * platform's cache may be truncated.
 */
export function hasPackages(dir: string): boolean {
  try {
    return Array.isArray(JSON.parse(readFileSync(fileIn(dir), "utf8")));
  } catch {
    return false;
  }
}
