import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../cnb.ts";

const sources =
  "{framework,builder-packager,templates,buildpacks/*,templates/*,templates/*/buildpacks/*}/{src,inventory}";

/** The tests next to the sources. */
export const testsNextToSources = `${sources}/**/*.test.ts`;

/**
 * True for tests of reference buildpacks: their builds run package managers and download archives. No detect of theirs comes
 * after a build.
 */
export const buildsNothing = (file: string): boolean => file.startsWith("buildpacks/");

const imports = /import (?:\{([^}]*)\}|\* as \w+) from "([^"]+)"/g;
const detects = /\b(detect|detectFailure|detectGroup|group)\b/;
const kit = /^libcnb\/testing$|(^\.{1,2}|\/testing)\/index\.ts$/;

/** True if a module imports a detect of the test kit, or the whole kit. */
function usesDetect(file: string): boolean {
  const text = readFileSync(join(root, file), "utf8");
  const later = /import\("(libcnb\/testing|[^"]*\/index\.ts)"\)/.test(text);
  return (
    later ||
    [...text.matchAll(imports)].some(([, names, from = ""]) => kit.test(from) && detects.test(names ?? "detect"))
  );
}

/** The test files next to the sources that can call a detect of the test kit, and modules of theirs that can. */
export function detectTests(): { readonly files: readonly string[]; readonly helpers: readonly string[] } {
  const using = globSync(`${sources}/**/*.ts`, { cwd: root }).filter(usesDetect).sort();
  const isTest = (file: string): boolean => file.endsWith(".test.ts");
  return { files: using.filter(isTest), helpers: using.filter((file) => !isTest(file)) };
}
