import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";
import { ConformanceReporter } from "./test/scripts/conformance-reporter.ts";
import { leftOut, needsOf, slower, tier } from "./test/scripts/left-out.ts";
import { SummaryReporter } from "./test/scripts/summary-reporter.ts";

// Packages of the workspace are read from their sources, so that no test sees a stale build.
const conditions = ["@libcnb/source", "node", "import", "module", "default"];
// Only `npm test` leaves out what the machine has no program for; in any other run such a test fails.
const impossible = tier === "quick" ? leftOut("quick") : [];
const nextToSources =
  "{framework,builder-packager,templates,buildpacks/*,templates/*,templates/*/buildpacks/*}/{src,inventory}/**/*.test.ts";
/** Tests next to their source that start processes, or that are too slow to be run after each change. */
const machine = globSync(nextToSources, { cwd: import.meta.dirname }).filter(
  (file) => /\.(full|all)\.test\.ts$/.test(file) || needsOf(file).size > 0,
);
const exclude = [...configDefaults.exclude, ...slower[tier], ...impossible.map(({ file }) => file)];
const resolve = { resolve: { conditions }, ssr: { resolve: { conditions } } };
/**
 * End-to-end tests that also run with the static program, which has the commands that they use. The short ones of each
 * command run in CI, all of them in the long sweeps.
 */
const staticForm = [
  "images/copy",
  "images/rebase-force",
  "images/rebase.full",
  "images/registry-command",
  "images/sbom-download",
  ...(tier === "all"
    ? [
        "builds/app-image.full",
        "builds/build-faults.full",
        "builds/build-kills.full",
        "builds/deep-trees",
        "builds/generated-outputs",
        "builds/malformed-outputs",
        "builds/no-launcher",
        "cache/cache-image.full",
        "images/inspect.full",
        "images/policy.full",
        "interrupted/full-disk",
        "interrupted/full-disk-builds",
        "interrupted/interrupts",
        "interrupted/layout-kill.full",
        "interrupted/registry-kill.full",
        "lifecycle/differential.all",
        "lifecycle/engine-lifecycle.full",
        "lifecycle/official-lifecycle.full",
        "lifecycle/pack-build.full",
        "lifecycle/pack-parity.full",
        "lifecycle/parity.full",
      ]
    : []),
].map((name) => `test/e2e/${name}.test.ts`);
// A name of a table's row is shown whole: vitest would cut it after 40 characters.
const taskTitleValueFormatTruncate = 0;

export default defineConfig({
  test: {
    // all processors: vitest leaves one out, which on a machine of two is half of it
    maxWorkers: availableParallelism(),
    reporters: ["default", new ConformanceReporter(), new SummaryReporter(tier, impossible)],
    projects: [
      {
        ...resolve,
        test: {
          name: "unit",
          taskTitleValueFormatTruncate,
          include: [nextToSources],
          exclude: [...exclude, ...machine],
          setupFiles: ["test/scripts/no-processes.ts"],
          testTimeout: 120_000,
        },
      },
      {
        ...resolve,
        test: {
          name: "machine",
          taskTitleValueFormatTruncate,
          include: machine,
          exclude,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...resolve,
        test: {
          name: "repository",
          taskTitleValueFormatTruncate,
          include: ["test/{api,architecture,conformance,release,site,support}/**/*.test.ts"],
          exclude,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...resolve,
        test: {
          name: "e2e",
          taskTitleValueFormatTruncate,
          include: ["test/e2e/**/*.test.ts"],
          exclude,
          globalSetup: ["test/e2e/global-setup.ts"],
          maxConcurrency: 2,
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
      {
        ...resolve,
        test: {
          name: "static",
          taskTitleValueFormatTruncate,
          include: staticForm,
          exclude,
          env: { LIBCNB_TEST_FORM: "static" },
          globalSetup: ["test/e2e/static-setup.ts"],
          maxConcurrency: 2,
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
