import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The record of one package in `.yarn-state.yml` of the linker `node-modules`. */
export interface Placed {
  readonly locator: string;
  /** Folders, relative to the project. */
  readonly paths: readonly string[];
}

/** The locations of all packages; `undefined` with another linker. */
export function readModulesState(root: string): readonly Placed[] | undefined {
  const file = join(root, stateFile);
  return existsSync(file) ? blocksOf(readFileSync(file, "utf8")).flatMap(({ placed }) => placed ?? []) : undefined;
}

/** Keeps only the records of certain packages. */
export function keepInModulesState(root: string, kept: ReadonlySet<string>): void {
  const file = join(root, stateFile);
  const blocks = blocksOf(readFileSync(file, "utf8"));
  const remaining = blocks.filter(({ placed }) => placed === undefined || kept.has(placed.locator));
  writeFileSync(file, remaining.map(({ text }) => text).join("\n"));
}

const stateFile = "node_modules/.yarn-state.yml";

const blocksOf = (state: string): readonly { readonly text: string; readonly placed: Placed | undefined }[] =>
  state.split(/\n(?=\S)/).map((text) => {
    const [, locator] = /^"(.+)":/.exec(text) ?? [];
    const paths = [...text.matchAll(/^ {4}- "(.+)"$/gm)].map(([, path = ""]) => path);
    return { text, placed: locator === undefined ? undefined : { locator, paths } };
  });
