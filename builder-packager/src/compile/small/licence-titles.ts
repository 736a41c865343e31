import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

/**
 * An esbuild plugin that removes the titles of licenses from a schema in the CycloneDX library. The
 * library only reads the license names (`enum`) in this schema, and the titles would take up a
 * tenth of a program on the small engine. The library does not export the schema.
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
