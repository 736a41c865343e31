import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Project } from "./project.ts";
import type { TemplateFile } from "./render.ts";

/** The directory with a directory for each template. */
const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Reads the files of a template and the files that all templates share, sorted by path.
 * Placeholders in the files are not replaced yet.
 */
export async function templateFiles({
  template,
  license,
}: Pick<Project, "template" | "license">): Promise<TemplateFile[]> {
  const [common, own] = await Promise.all([filesIn(join(root, "common")), filesIn(join(root, template))]);
  const files = new Map([...common, ...own].map((file) => [file.path, file]));
  const text = files.get(`licenses/${license}.txt`);
  if (text) files.set("LICENSE", { ...text, path: "LICENSE" });
  return [...files.values()]
    .filter(({ path }) => !path.startsWith("licenses/"))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function filesIn(dir: string): Promise<TemplateFile[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return Promise.all(
    files.map(async (file) => ({ path: projectPath(relative(dir, file)), content: await readFile(file, "utf8") })),
  );
}

/** npm leaves `.gitignore` out of packages, so it is kept as `_gitignore`. */
const projectPath = (path: string): string =>
  path
    .split(sep)
    .map((name) => name.replace(/^_/, "."))
    .join("/");
