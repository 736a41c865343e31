import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The record of one package in `.yarn-state.yml` of the linker `node-modules`. */
export interface InstalledPackage {
  readonly locator: string;
  /** Folders, relative to the project. */
  readonly paths: readonly string[];
}

/** The locations of all packages; `undefined` with another linker. */
export function readModulesState(root: string): readonly InstalledPackage[] | undefined {
  const file = join(root, stateFile);
  return existsSync(file)
    ? blocksOf(readFileSync(file, "utf8")).flatMap(({ installed }) => installed ?? [])
    : undefined;
}

/** Keeps only the records of certain packages. */
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
