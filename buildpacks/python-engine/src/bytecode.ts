import { join } from "node:path";
import type { RunTool } from "libcnb";

/** Python again, with no variable but this one: another seed gives other bytes, and PYTHONOPTIMIZE other code. */
const program = `import os, sys
os.execve(sys.executable, [sys.executable, "-B", "-s", "-S", *sys.argv[1:]], {"PYTHONHASHSEED": "0"})`;

/**
 * Compiles the standard library: what is not compiled is so at each start of a container, as nobody keeps what containers write. Bytecode is valid
 * by itself (unchecked hash) and not by the time of its source, which images do not keep. One process in a fixed order: what strings it has in common
 * with files before shows in the bytes.
 *
 * @param dir where Python is
 */
export async function compileLibrary(run: RunTool, dir: string, library: string): Promise<void> {
  const options = ["--invalidation-mode", "unchecked-hash", "-q", "-f"];
  await run(join(dir, "bin/python3"), ["-I", "-c", program, "-m", "compileall", ...options, library], { cwd: dir });
}
