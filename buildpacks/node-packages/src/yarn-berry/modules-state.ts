import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A package in `.yarn-state.yml`, the record of the linker `node-modules`. */
export interface InstalledPackage {
  readonly locator: string;
  /** The directories, relative to the project. */
  readonly paths: readonly string[];
}

/**
 * Reads the record of installed packages; `undefined` if Yarn used another linker than
 * `node-modules`.
 */
export function readModulesState(root: string): readonly InstalledPackage[] | undefined {
  const file = join(root, stateFile);
  return existsSync(file)
    ? blocksOf(readFileSync(file, "utf8")).flatMap(({ installed }) => installed ?? [])
    : undefined;
}

/** Removes all packages except `kept` from `.yarn-state.yml`. */
export function keepInModulesState(root: string, kept: ReadonlySet<string>): void {
  const file = join(root, stateFile);
  const blocks = blocksOf(readFileSync(file, "utf8"));
  const remaining = blocks.filter(({ installed }) => installed === undefined || kept.has(installed.locator));
  writeFileSync(file, remaining.map(({ text }) => text).join("\n"));
}

const stateFile = "node_modules/.yarn-state.yml";

const blocksOf = (
  state: string,
): readonly { readonly text: string; readonly installed: InstalledPackage | undefined }[] =>
  state.split(/\n(?=\S)/).map((text) => {
    const [, locator] = /^"(.+)":/.exec(text) ?? [];
    const paths = [...text.matchAll(/^ {4}- "(.+)"$/gm)].map(([, path = ""]) => path);
    return { text, installed: locator === undefined ? undefined : { locator, paths } };
  });
