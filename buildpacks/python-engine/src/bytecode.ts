import { join } from "node:path";
import type { RunTool } from "libcnb";
import { rarelyImported } from "./rarely-imported.ts";

/**
 * The directories for compiling the standard library. The bytecode of modules that apps rarely
 * import is in a separate directory, which only exists in builds.
 */
export interface Bytecode {
  /** The directory of Python's layer. */
  readonly dir: string;
  readonly library: string;
  readonly of: "apps" | "builds";
  /** The directory of the bytecode that is only for builds. */
  readonly builds: string;
}

/**
 * Compiles the standard library. Without the compiled files, each container would compile the
 * library at start and discard the result. Python does not check whether the bytecode matches the
 * source (unchecked hash), because images do not preserve the times of source files. Compilation
 * runs in one process and in a fixed order, because strings that a file shares with files compiled
 * earlier affect the bytes.
 *
 * Rarely imported modules get links to their bytecode in the layer for builds. Without these links,
 * a tool that imports such a module in a build would write its bytecode, with a time, into a layer
 * that must be reproducible.
 */
export async function compileLibrary(run: RunTool, { dir, library, of, builds }: Bytecode): Promise<void> {
  const args = ["-c", program, library, builds, rarelyImported, of];
  await run(join(dir, "bin/python3"), ["-I", "-c", again, ...args], { cwd: dir, shownAs: false });
}

/** Compiles the Python files of pip, because builds start pip several times. */
export async function compilePackages(run: RunTool, runtime: string, sitePackages: string): Promise<void> {
  const options = ["--invalidation-mode", "unchecked-hash", "-q", "-f"];
  await run(join(runtime, "bin/python3"), ["-I", "-c", again, "-m", "compileall", ...options, sitePackages], {
    cwd: runtime,
    shownAs: false,
  });
}

/**
 * Python again, with no variable but this one: another seed gives other bytes, and PYTHONOPTIMIZE other code. Without the columns of each instruction,
 * a quarter of the bytes: they draw the line of carets below the lines of the standard library in tracebacks, and of no others.
 */
const again = `import os, sys
options = ["-B", "-s", "-S", "-X", "no_debug_ranges"]
os.execve(sys.executable, [sys.executable, *options, *sys.argv[1:]], {"PYTHONHASHSEED": "0"})`;

// Frozen modules are in the interpreter itself: their files are for those who read tracebacks.
const program = `import _imp, importlib.util, os, py_compile, re, sys
library, builds, rarely, of = sys.argv[1:]
unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH

def is_rare(module):
    name = module.replace("/", ".")
    return _imp.is_frozen(name.removesuffix(".__init__")) or re.fullmatch(rarely, module)

for folder, folders, names in os.walk(library):
    folders[:] = sorted(name for name in folders if name not in ("site-packages", "__pycache__"))
    for path in [os.path.join(folder, name) for name in sorted(names) if name.endswith(".py")]:
        compiled = importlib.util.cache_from_source(path)
        for_builds = os.path.join(builds, os.path.relpath(compiled, library))
        if not is_rare(os.path.relpath(path, library)[:-3]):
            if of == "apps":
                py_compile.compile(path, compiled, doraise=True, invalidation_mode=unchecked)
        elif of == "builds":
            py_compile.compile(path, for_builds, doraise=True, invalidation_mode=unchecked)
        else:
            os.makedirs(os.path.dirname(compiled), exist_ok=True)
            os.symlink(os.path.relpath(for_builds, os.path.dirname(compiled)), compiled)
`;
