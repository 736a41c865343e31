import type { RunTool } from "libcnb";
import type { Python } from "../package-manager.ts";

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
