import type { Component } from "../../../framework/src/sbom/component-model.ts";

/** One with all that there is. */
export const node: Component = {
  type: "application",
  name: "node",
  version: "22.1.0",
  purl: "pkg:generic/node@22.1.0",
  cpe: "cpe:2.3:a:nodejs:node.js:22.1.0:*:*:*:*:*:*:*",
  description: "JavaScript runtime",
  licenses: ["MIT"],
  checksums: { sha256: "AB".repeat(32) },
  downloadUrl: "https://example.com/node.tar.gz",
};

/** One whose licences are no names of the list. */
export const scoped: Component = {
  group: "@babel",
  name: "core",
  version: "7.0.0",
  licenses: ["MIT OR Apache-2.0", "My own"],
};

/** The dependencies between components. */
export const graph: readonly Component[] = [
  { ...node, supplier: "OpenJS Foundation", dependencies: ["@babel/core", "left"] },
  { ...scoped, purl: "pkg:npm/@babel/core@7.0.0" },
  { name: "left", licenses: ["MIT", "ISC or LicenseRef-left"] },
];

/** An app and how much it needs what. */
export const app = {
  subject: { type: "application", name: "app", version: "1.0.0", dependencies: ["a", "tool", "extra"] },
  components: [
    { name: "a" },
    { name: "extra", scope: "optional", dependencies: ["a", "more"] },
    { name: "more", scope: "optional" },
    { name: "tool", scope: "excluded", dependencies: ["extra", "a"] },
  ],
} satisfies { readonly subject: Component; readonly components: readonly Component[] };
