// @needs go
import { join } from "node:path";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { populateOnce } from "../../../builder-packager/src/compile/populate.ts";
import { copyGoModule, goBuild } from "../lifecycle/go-module.ts";

/** A program of a Go module in an exact version. */
export interface GoProgram {
  /** The name of the program, for the cache. */
  readonly name: string;
  readonly module: string;
  readonly version: string;
  /** The package of the program in its module. */
  readonly main: string;
}

/** Compiles a program from its Go module once per version, and returns its path. */
export async function goProgram({ name, module, version, main }: GoProgram): Promise<string> {
  const dir = cacheDir(process.env, `test-${name}`, version);
  await populateOnce(dir, async (work) => {
    const sources = join(work, "module");
    await copyGoModule(`${module}@v${version}`, sources);
    await goBuild(sources, main, join(work, name));
  });
  return join(dir, name);
}
