/** The values of BP_NODE_FRAMEWORK. `frameworks.ts` describes the frameworks. */
export const frameworkNames = [
  "next",
  "nuxt",
  "nitro",
  "sveltekit",
  "astro",
  "react-router",
  "remix",
  "nest",
  "angular",
  "gatsby",
  "docusaurus",
  "vitepress",
  "eleventy",
  "react-scripts",
  "vue-cli",
  "parcel",
  "vite",
] as const;

export type FrameworkName = (typeof frameworkNames)[number];
