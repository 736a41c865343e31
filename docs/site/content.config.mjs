import { defineCollection } from "astro:content";
import { docsSchema } from "@astrojs/starlight/schema";
import { glob } from "astro/loaders";
import { contentDir } from "./folders.ts";

export const collections = {
  docs: defineCollection({ loader: glob({ base: contentDir, pattern: "**/*.md" }), schema: docsSchema() }),
};
