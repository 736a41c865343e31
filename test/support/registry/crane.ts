// @needs go
import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { withFileLock } from "../../../builder-packager/src/lock/file-lock.ts";
import { copyGoModule, goBuild } from "../lifecycle/go-module.ts";

const version = "0.20.6";

/** The program `crane`, compiled once from its module's source and kept. */
export async function craneProgram(): Promise<string> {
  const dir = cacheDir(process.env, "test-crane");
  const program = join(dir, `crane-${version}-${process.arch}`);
  await mkdir(dir, { recursive: true });
  await withFileLock(`${program}.lock`, new AbortController().signal, async () => {
    if ((await stat(program).catch(() => undefined)) === undefined) await compile(dir, program);
  });
  return program;
}

async function compile(dir: string, program: string): Promise<void> {
  const work = await mkdtemp(join(dir, "work-"));
  try {
    await copyGoModule(`github.com/google/go-containerregistry@v${version}`, join(work, "module"));
    await goBuild(join(work, "module"), "./cmd/crane", join(work, "crane"));
    await rename(join(work, "crane"), program);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
