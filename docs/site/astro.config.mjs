import { satteri } from "@astrojs/markdown-satteri";
import starlight from "@astrojs/starlight";
import { defineConfig } from "astro/config";
import { contentDir, outputDir, placeholderBase } from "./folders.ts";
import { sidebar } from "./sidebar.ts";

// The keyboard scrolls an element horizontally only if the element can have the focus.
const focusScrolled = `
  const focusScrolled = () => {
    for (const each of document.querySelectorAll("main pre, main table, main figure"))
      if (each.scrollWidth > each.clientWidth) each.tabIndex = 0;
  };
  addEventListener("DOMContentLoaded", focusScrolled);
  addEventListener("resize", focusScrolled);
`;

export default defineConfig({
  srcDir: ".",
  publicDir: "./public",
  outDir: outputDir,
  // The build replaces this base by relative addresses, so that the site works below any path.
  base: placeholderBase,
  build: { format: "file" },
  trailingSlash: "never",
  cacheDir: "../dist/cache",
  // Quotes and dashes are often those of a command.
  markdown: { processor: satteri({ features: { smartPunctuation: false } }) },
  devToolbar: { enabled: false },
  prefetch: false,
  // Starlight has a js-yaml of its own; the one next to the output is another version.
  vite: { cacheDir: "../dist/cache/vite", resolve: { noExternal: ["js-yaml"] } },
  integrations: [
    starlight({
      title: "libcnb.ts",
      description: "Write, test, package and run Cloud Native Buildpacks in TypeScript, without a Docker daemon",
      sidebar: sidebar(contentDir),
      head: [{ tag: "script", content: focusScrolled }],
      customCss: ["./site.css"],
      tableOfContents: { minHeadingLevel: 2, maxHeadingLevel: 3 },
      lastUpdated: false,
      credits: false,
      // Its addresses cannot be relative: a server shows it at any path.
      disable404Route: true,
    }),
  ],
});
