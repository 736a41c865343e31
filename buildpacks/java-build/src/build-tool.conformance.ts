import "libcnb/testing/vitest";
import { type BuildFixture, type BuildOutcome, build, buildFailure, type FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import buildpack from "./buildpack.ts";
import { buildLines } from "./test-app.ts";

/** A build tool's inputs for the conformance suite. */
export interface ConformanceCase {
  /** The name of the tool: `Maven`. */
  readonly title: string;
  /** The buildpack's directory, and an environment with a JDK and a reachable repository. */
  readonly given: () => Promise<BuildFixture>;
  /** An app of one module with a main class, which needs slf4j-api 2.0.13 to run. */
  readonly app: FileMap;
  /** The path of a source file, relative to the app. */
  readonly source: string;
  /** The files in the app's directory after a build: `["shop-1.0.0.jar"]`. */
  readonly left: readonly string[];
  /** A file in an output directory of the tool, relative to the app. */
  readonly stale: string;
  /** The number of artifacts that builds have requested so far. */
  readonly downloads: () => number;
}

const timeout = 600_000;

/** The fixture of a rebuild, with the layers that the platform kept. */
const again = (given: BuildFixture, { layers }: BuildOutcome, app: FileMap): BuildFixture => ({
  ...given,
  app,
  layers,
});

const names = (files: FileMap): readonly string[] => Object.keys(files).toSorted();

/** Returns the packages in an SBOM, with their versions. */
export const componentsIn = (layers: FileMap, name = "launch.sbom.cdx.json"): readonly string[] =>
  (JSON.parse(String(layers[name])) as { components: readonly { name: string; version: string }[] }).components
    .map(({ name, version }) => `${name} ${version}`)
    .toSorted();

/** Defines the tests that every build tool must pass. */
export function describeConformance({ title, given, app, source, left, stale, downloads }: ConformanceCase): void {
  describe(`${title} as a build tool`, () => {
    let downloaded: FileMap = {};

    test("builds an app, reuses an unchanged result and rebuilds after a change", { timeout }, async () => {
      const machine = { ...(await given()), app: { ...app, [stale]: "of a developer" } };
      const first = await build(buildpack, machine);
      downloaded = first.layers;
      expect(names(first.app)).toEqual(left);
      expect(componentsIn(first.layers)).toEqual(["slf4j-api 2.0.13"]);
      expect(first.layers["sbom-request/env.build/BPI_JVM_APPLICATION_SBOM.override"]).toBe("true");

      const before = downloads();
      const unchanged = await build(buildpack, again(machine, first, { ...app, [stale]: "of another" }));
      expect(buildLines(unchanged.log)).toEqual([
        expect.stringMatching(/^Reusing the result of the last build: nothing that affects .* has changed$/),
      ]);
      expect(unchanged.app).toEqual(first.app);
      expect(unchanged.layers["launch.sbom.cdx.json"]).toEqual(first.layers["launch.sbom.cdx.json"]);

      const edited = { ...app, [source]: `${app[source]}\n// changed\n` };
      const changed = await build(buildpack, again(machine, unchanged, edited));
      expect(buildLines(changed.log)).toEqual([`Building with ${title} (${source.split("/")[0]} changed)`]);
      expect(downloads()).toBe(before);
      // a comment does not change the code, so the artifact is byte-identical
      expect(changed.app).toEqual(first.app);
    });

    test("reports a source that does not compile as an error of the app", { timeout }, async () => {
      const machine = { ...(await given()), layers: downloaded };
      const failure = await buildFailure(buildpack, { ...machine, app: { ...app, [source]: "class {" } });
      expect(failure.exitCode).toBe(1);
      expect(failure.stdout).toContain(`<app>/${source}`);
    });
  });
}
