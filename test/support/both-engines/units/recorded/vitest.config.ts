/** Runs tests next to the sources with modules of the framework replaced by those of this directory, which record each detect. */
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { defineConfig } from "vitest/config";
import { root } from "../../../cnb.ts";
import { testsNextToSources } from "../tests.ts";

const conditions = ["@libcnb/source", "node", "import", "module", "default"];

const replaced = [
  "runtime/detect-phase.ts",
  "runtime/detect-of-extension.ts",
  "testing/build.ts",
  "testing/detect.ts",
  "testing/group/group.ts",
].map((path) => join(root, "framework/src", path));

export default defineConfig({
  root,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  plugins: [
    {
      name: "recorded",
      enforce: "pre",
      async resolveId(source, importer) {
        const { id = "" } = (await this.resolve(source, importer, { skipSelf: true })) ?? {};
        if (!replaced.includes(id)) return null;
        // with a name of its own: vitest also resolves modules by their paths alone
        return importer?.startsWith(import.meta.dirname) ? `${id}?real` : join(import.meta.dirname, basename(id));
      },
    },
  ],
  test: {
    include: [testsNextToSources],
    reporters: ["dot"],
    maxWorkers: availableParallelism(),
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
