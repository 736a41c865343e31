import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

/**
 * Leaves the titles of licences out of the CycloneDX library, a tenth of a program on the small engine: the library only reads the
 * names (`enum`) of this schema, which it does not export.
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
