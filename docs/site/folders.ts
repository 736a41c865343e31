import { join } from "node:path";

/** The root of the repository. */
export const root = join(import.meta.dirname, "../..");

/** The pages, prepared for the generator. */
export const contentDir = join(root, "docs/dist/content");

/** The static site. */
export const outputDir = join(root, "docs/dist/site");

/** The base that the generator writes before every address; `relative.ts` replaces it. */
export const placeholderBase = "/__base__";
