import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";
import { ConformanceReporter } from "./test/scripts/conformance-reporter.ts";
import { SummaryReporter } from "./test/scripts/summary-reporter.ts";

// Packages of the workspace are read from their sources, so that no test sees a stale build.
const conditions = ["@libcnb/source", "node", "import", "module", "default"];
// Apps of every kind and every package manager take hours on a small machine: all of them in `npm run test:all`,
// some in node-apps.test.ts and python-apps.test.ts always.
const large = process.env["LIBCNB_TEST_ALL"] === "1" ? [] : ["**/*.all.test.ts"];
const resolve = { resolve: { conditions }, ssr: { resolve: { conditions } } };

export default defineConfig({
  test: {
    // all processors: vitest leaves one out, which on a machine of two is half of it
    maxWorkers: availableParallelism(),
    reporters: ["default", new ConformanceReporter(), new SummaryReporter()],
    projects: [
      {
        ...resolve,
        test: {
          name: "unit",
          include: [
            "{framework,builder-packager,templates,buildpacks/*,templates/*,templates/*/buildpacks/*}/src/**/*.test.ts",
            "test/{api,architecture,conformance}/**/*.test.ts",
          ],
          exclude: [...configDefaults.exclude, ...large],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...resolve,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...large],
          globalSetup: ["test/e2e/global-setup.ts"],
          maxConcurrency: 2,
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
