import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { exportPages, reportedPackages } from "../../test/api/api-report.ts";
import { accessible } from "./accessible.ts";
import { contentDir, outputDir, root } from "./folders.ts";
import { pagesOf, preparedPage } from "./page.ts";
import { withRelativeAddresses } from "./relative.ts";

/** The Markdown files that are pages of the site. */
export const sources = (): readonly string[] =>
  globSync(["docs/**/*.md", "buildpacks/*/README.md", "{CHANGELOG,CONTRIBUTING,SECURITY}.md"], {
    cwd: root,
    exclude: ["docs/dist/**", "**/node_modules/**"],
  }).toSorted();

/** Builds the site into `outputDir`. */
export async function buildSite(): Promise<void> {
  await rm(join(root, "docs/dist"), { recursive: true, force: true });
  const written = new Map(await Promise.all(sources().map(async (file) => [file, await text(file)] as const)));
  const texts = new Map([...written, ...exportReference()]);
  const pages = pagesOf([...texts.keys()]);
  const images = await diagrams();
  for (const page of pages)
    await write(join(contentDir, `${page.path}.md`), preparedPage(texts.get(page.source) ?? "", page, pages, images));
  await generate();
  await cp(join(root, "builder-packager/schemas"), join(outputDir, "schemas"), { recursive: true });
  for (const file of globSync("**/*.{html,js,css}", { cwd: outputDir })) {
    const text = await readFile(join(outputDir, file), "utf8");
    const corrected = file.endsWith(".html") ? accessible(text) : text;
    await writeFile(join(outputDir, file), withRelativeAddresses(corrected, file));
  }
}

/** Pages of the exports. They are not in the repository, where each changed doc comment would make them stale. */
const exportReference = (): ReadonlyMap<string, string> =>
  new Map(Object.keys(reportedPackages).flatMap((folder) => Object.entries(exportPages(folder))));

const text = (file: string): Promise<string> => readFile(join(root, file), "utf8");

async function diagrams(): Promise<ReadonlyMap<string, string>> {
  const files = globSync("docs/diagrams/*.svg", { cwd: root });
  return new Map(await Promise.all(files.map(async (file) => [file, await text(file)] as const)));
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

async function generate(): Promise<void> {
  const astro = join(dirname(createRequire(import.meta.url).resolve("astro/package.json")), "bin/astro.mjs");
  const child = spawn(process.execPath, [astro, "build", "--root", import.meta.dirname], {
    stdio: ["ignore", "pipe", "pipe"],
    // Vite reads more of the environment than the build may depend on, such as BASE_URL and NODE_ENV.
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ASTRO_TELEMETRY_DISABLED: "1", NO_COLOR: "1" },
  });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (log += chunk));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`astro build failed:\n${log}`);
}
