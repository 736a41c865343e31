/** `npm run docs:site`: builds docs/dist/site. `npm run docs:preview` serves it. */
import { buildSite } from "./build-site.ts";
import { outputDir } from "./folders.ts";

await buildSite();
console.log(`The site is in ${outputDir}. npm run docs:preview shows it.`);
