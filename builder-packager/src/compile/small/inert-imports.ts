import { basename, dirname, relative, resolve, sep } from "node:path";
import type { Metafile } from "esbuild";
import { notAFile } from "../bundle/entry-source.ts";
import { ownerOf } from "../bundle/owner.ts";

/**
 * Returns the bundler's outputs that do nothing when they are loaded. All files in such an output
 * are in packages whose package.json declares this (`sideEffects`).
 *
 * If a file of an entry is in a shared output, the bundler lets the entry import that output, even
 * if the entry uses nothing of it. Without this function, a buildpack's detect would load code that
 * only image extensions use.
 */
export function inertOutputs({ outputs }: Metafile, dir: string): ReadonlySet<string> {
  const inert = Object.entries(outputs).filter(([, { inputs }]) =>
    Object.entries(inputs).every(([name, { bytesInOutput }]) => bytesInOutput === 0 || isInert(name, dir)),
  );
  return new Set(inert.map(([path]) => basename(path)));
}

function isInert(name: string, dir: string): boolean {
  if (notAFile.test(name)) return name.startsWith("node-builtin:");
  const file = resolve(dir, name);
  const owner = ownerOf(dirname(file));
  const declared = owner?.manifest.sideEffects;
  if (owner === undefined || !Array.isArray(declared)) return declared === false;
  const path = `./${relative(owner.dir, file).replaceAll(sep, "/")}`;
  return declared.every((each) => typeof each === "string" && !/[*?{[]/.test(each) && each !== path);
}

/**
 * Replaces imports of inert outputs (see {@link inertOutputs}) with blanks, if they import no
 * names. The blanks keep the columns, to which the source map refers.
 */
export const withoutImportsOf = (inert: ReadonlySet<string>, text: string): string =>
  text.replace(/\bimport"\.\/(c-[A-Z0-9]{8}\.js)";/g, (statement, name: string) =>
    inert.has(name) ? " ".repeat(statement.length) : statement,
  );
