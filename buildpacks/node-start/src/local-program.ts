import { open } from "node:fs/promises";
import { posix } from "node:path";
import { inDir } from "@libcnb/app-kit/folders";
import { type App, s } from "libcnb";
import type { Project } from "./project.ts";

/**
 * Returns the JavaScript file of a program in the app's packages, such as `next`, relative to the
 * project. Node.js can then run the file without the package manager's wrapper scripts. Returns
 * `undefined` if there is no such program, or if the program is not JavaScript.
 */
export async function localProgram(name: string, project: Project): Promise<string | undefined> {
  const { app, dirs, packages } = project;
  for (const folder of new Set([dirs.dir, dirs.root])) {
    for (const each of byLikeness(Object.keys(packages), name)) {
      const file = await programOf(app, inDir(folder, `node_modules/${each}`), name);
      if (file !== undefined) return posix.relative(`/${dirs.dir}`, `/${file}`);
    }
  }
  return undefined;
}

/** True if node_modules/.bin contains a program with this name. */
export async function hasLocalProgram(name: string, { app, dirs }: Project): Promise<boolean> {
  const found = [dirs.dir, dirs.root].map((folder) => app.exists(inDir(folder, `node_modules/.bin/${name}`)));
  return (await Promise.all(found)).includes(true);
}

/** Most programs are called as their package: those are looked at first. */
const byLikeness = (packages: readonly string[], name: string): readonly string[] =>
  packages.toSorted((a, b) => Number(b.includes(name)) - Number(a.includes(name)));

const manifest = s.table({ name: s.optional(s.string), bin: s.optional(s.anyTable) });
const shortManifest = s.table({ name: s.optional(s.string), bin: s.string });

async function programOf(app: App, folder: string, name: string): Promise<string | undefined> {
  const file = `${folder}/package.json`;
  if (!(await app.exists(file))) return undefined;
  const content = await app.readJson(file);
  const [long, short] = [s.decode(manifest, content), s.decode(shortManifest, content)];
  const bins = long.issues === undefined ? long.value.bin : undefined;
  const only =
    short.issues === undefined && short.value.name?.replace(/^@[^/]+\//, "") === name ? short.value.bin : undefined;
  const path = bins !== undefined && Object.hasOwn(bins, name) ? bins[name] : only;
  if (typeof path !== "string") return undefined;
  const program = posix.join(folder, path);
  return (await app.exists(program)) && (await isForNode(app.path(program))) ? program : undefined;
}

/** True if the file begins with `#!/usr/bin/env node` or the like, without flags. */
async function isForNode(path: string): Promise<boolean> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(128), 0, 128, 0);
  return /^#!\s*\S*\/(env\s+)?node\s*$/m.test(buffer.toString("latin1", 0, bytesRead).split("\n", 1)[0] ?? "");
}
