import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BuiltApp } from "./apps.ts";
import { type Detected, detectsOf, unpackedBuildpacks } from "./detects.ts";

/** What detect of all reference buildpacks gives on Node.js and on the small engine. */
export interface Comparison {
  readonly apps: number;
  /** How many runs on Node.js had which outcome. */
  readonly passed: number;
  readonly failed: number;
  readonly erred: number;
  readonly differences: readonly Difference[];
}

interface Difference {
  /** The test file or the fixture, the app's directory, and the buildpack. */
  readonly of: string;
  readonly node: Detected | undefined;
  readonly small: Detected | undefined;
}

/**
 * Runs bin/detect of all reference buildpacks for apps that are written into a directory: packaged with `--runtime script`, and
 * with `--runtime auto` without its program for Node.js, so that only the engine can answer.
 */
export async function compareDetects(appsIn: (dir: string) => Promise<readonly BuiltApp[]>): Promise<Comparison> {
  const dir = await mkdtemp(join(tmpdir(), "same-detects-"));
  try {
    const apps = await appsIn(join(dir, "apps"));
    const node = await unpackedBuildpacks(join(dir, "node"), "script");
    const small = await unpackedBuildpacks(join(dir, "small"), "auto");
    for (const buildpack of small.values()) await rm(join(buildpack, "bin/main"), { force: true });
    const left = apps.values();
    const work = async (name: string): Promise<readonly Pair[]> => {
      const own = join(dir, name);
      await mkdir(own);
      const pairs: Pair[] = [];
      for (const app of left) {
        const onNode = await detectsOf(app, { dir: own, buildpacks: node });
        const onEngine = await detectsOf(app, { dir: own, buildpacks: small });
        for (const [buildpack, outcome] of onNode)
          pairs.push({ of: `${app.from}: ${buildpack}`, node: outcome, small: onEngine.get(buildpack) });
      }
      return pairs;
    };
    return comparisonOf(apps.length, (await Promise.all([work("one"), work("two")])).flat());
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

interface Pair extends Difference {
  readonly node: Detected;
}

function comparisonOf(apps: number, pairs: readonly Pair[]): Comparison {
  const counted = (isCounted: (exitCode: number) => boolean): number =>
    pairs.filter(({ node }) => isCounted(node.exitCode)).length;
  return {
    apps,
    passed: counted((exitCode) => exitCode === 0),
    failed: counted((exitCode) => exitCode === 100),
    erred: counted((exitCode) => exitCode !== 0 && exitCode !== 100),
    differences: pairs.filter(({ node, small }) => JSON.stringify(node) !== JSON.stringify(small)),
  };
}
