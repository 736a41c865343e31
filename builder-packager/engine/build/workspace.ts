import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** The directories that a build of the engine uses. */
export interface Workspace {
  /** The directory with Cargo.toml. */
  readonly source: string;
  /** What cargo compiles. */
  readonly target: string;
  /** Where zig is installed. */
  readonly tools: string;
  /** What zig compiles. */
  readonly zigCache: string;
}

/** The directory of the engine's sources in the repository. */
export const engineDir = dirname(import.meta.dirname);

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "libcnb-engine");
const tools = join(cache, "tools");

/** Returns the workspace in which the engine is developed: cargo compiles only what has changed. */
export function ownWorkspace(): Workspace {
  mkdirSync(tools, { recursive: true });
  return { source: engineDir, target: join(cache, "target"), tools, zigCache: join(cache, "zig-cache") };
}

/**
 * Runs a build in a copy of the sources at another path, which contains nothing that was compiled
 * before. A build there gives the same programs only if they depend neither on the path nor on an
 * earlier build.
 */
export function inFreshWorkspace<T>(build: (workspace: Workspace) => T): T {
  mkdirSync(tools, { recursive: true });
  const dir = mkdtempSync(join(tmpdir(), "libcnb-engine-"));
  try {
    const source = join(dir, "copy/of/the/engine");
    for (const name of [
      ".cargo",
      "Cargo.toml",
      "crates.lock",
      "discard.ld",
      "quickjs",
      "rust-toolchain.toml",
      "src",
      "zlib",
    ])
      cpSync(join(engineDir, name), join(source, name), { recursive: true });
    return build({ source, target: join(dir, "target"), tools, zigCache: join(dir, "zig-cache") });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
