import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { defineBuildpack, pass, type Release, type RunTool } from "libcnb";
import { buildFailure } from "libcnb/testing";

/** An unpacked release in a directory, and the path of its executable. */
export interface TriedRelease {
  readonly id: string;
  readonly version: string;
  /** The path of the program: `bin/node`. */
  readonly path: string;
  /** A script that replaces the program in the test. */
  readonly program: string;
}

/** Runs a build that checks whether a release's program starts, and returns the build's error. */
export async function checkError(
  { id, version, path, program }: TriedRelease,
  check: (run: RunTool, release: Release, dir: string) => Promise<void>,
): Promise<unknown> {
  const dir = mkdtempSync(join(tmpdir(), "libcnb-trial-"));
  try {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), program);
    chmodSync(join(dir, path), 0o755);
    const buildpack = defineBuildpack({
      detect: () => pass(),
      build: async ({ inventory, run }) => check(run, await inventory.resolve(id), dir),
    });
    const dependencies = [{ id, version, uri: `https://x.test/${id}.tar.gz` }];
    return (await buildFailure(buildpack, { buildpack: { metadata: { dependencies } } })).error;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
