/** `npm run docs:preview`: serves docs/dist/site, below the path that a first argument names. */
import { existsSync } from "node:fs";
import { outputDir } from "./folders.ts";
import { serve } from "./serve.ts";

if (!existsSync(outputDir)) throw new Error("There is no site yet. Run `npm run docs:site` first.");
const { address } = await serve(outputDir, {
  below: process.argv[2] ?? "/",
  port: Number(process.env["PORT"] ?? 4321),
});
console.log(`${address} (Ctrl-C ends it)`);
