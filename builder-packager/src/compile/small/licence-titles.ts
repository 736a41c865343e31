import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

/**
 * An esbuild plugin that removes the titles of licenses from the CycloneDX library, which only
 * reads the names (`enum`) of this schema. The titles would take up a tenth of a program on the
 * small engine. The library does not export the schema.
 */
export const withoutLicenceTitles: Plugin = {
  name: "without-licence-titles",
  setup({ onLoad }) {
    onLoad(
      { filter: /[\\/]cyclonedx-library[\\/]res[\\/]schema[\\/]spdx\.SNAPSHOT\.schema\.json$/ },
      async ({ path }) => {
        const schema: { readonly enum?: unknown } = JSON.parse(await readFile(path, "utf8"));
        return { contents: JSON.stringify({ enum: schema.enum }), loader: "json" };
      },
    );
  },
};
