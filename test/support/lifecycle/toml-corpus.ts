import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { goModule } from "./go-module.ts";

/** The suite of TOML's own makers, which keeps its cases in its Go module. */
const suite = "github.com/toml-lang/toml-test/v2@v2.2.0";

/** A table, a list, or `{ type, value }`. */
export type TypedValue =
  | { readonly type: string; readonly value: string }
  | { readonly [key: string]: TypedValue }
  | readonly TypedValue[];

/** A file of the suite. */
export interface TomlCase {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The content of the text; undefined if it is not TOML. */
  readonly value: TypedValue | undefined;
}

/** The suite's cases for a version of TOML, fetched by the host's Go if they are not in its cache. */
export async function tomlCorpus(version: "1.0.0" | "1.1.0"): Promise<readonly TomlCase[]> {
  const tests = join(await goModule(suite), "tests");
  const names = (await readFile(join(tests, `files-toml-${version}`), "utf8")).split("\n");
  return Promise.all(names.filter((name) => name.endsWith(".toml")).map((name) => tomlCase(tests, name)));
}

async function tomlCase(tests: string, name: string): Promise<TomlCase> {
  const bytes = await readFile(join(tests, name));
  if (!name.startsWith("valid/")) return { name, bytes, value: undefined };
  return { name, bytes, value: JSON.parse(await readFile(join(tests, name.replace(/toml$/, "json")), "utf8")) };
}
