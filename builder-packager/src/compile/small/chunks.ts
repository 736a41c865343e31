import { defined } from "../../defined.ts";
import type { Segment } from "../bundle/map-segments.ts";
import { decodeMappings, encodeMappings } from "../bundle/map-segments.ts";

/** A module that the bundler wrote, with its source map. */
export interface BundlerOutput {
  readonly name: string;
  readonly text: string;
  readonly map: string;
  /**
   * True if every run of the program loads the module: the main entry, and the entries of the
   * buildpacks.
   */
  readonly isStart?: boolean;
}

/** The lines of the joined script that belong to one module. */
export interface Chunk {
  readonly name: string;
  /** The first line of the module in the joined script, counted from 0. */
  readonly line: number;
  readonly lines: number;
  /** True if runs of the program start with this module. */
  readonly isStart?: true;
}

/** Several modules joined into one script with one source map, and the lines of each module. */
export interface JoinedChunks {
  readonly code: string;
  readonly map: string;
  readonly chunks: readonly Chunk[];
}

/**
 * Joins the modules of a program into one script with one source map. Each module is compiled with
 * empty lines before it, so that it keeps its line numbers in the joined script. A line number
 * alone then identifies the module of an error.
 */
export function joinChunks(outputs: readonly BundlerOutput[], first: string): JoinedChunks {
  const parts = withNumbers(outputs, [first]);
  let line = 0;
  const chunks = parts.map(({ name, text, isStart = false }): Chunk => {
    const lines = text.split("\n").length;
    const chunk = { name, line, lines, ...defined({ isStart: isStart || undefined }) };
    line += lines;
    return chunk;
  });
  return { code: parts.map(({ text }) => text).join("\n"), map: joinedMap(parts), chunks };
}

/** The bundler's names of modules that it shares between others, by `chunkNames`: `c-` or `n-` and a digest. */
const chunkName = /\b([cn])-[A-Z0-9]{8}\.js\b/g;

/**
 * Replaces the bundler's digests in the names of shared modules by numbers, because the digests
 * depend on the directory of the sources. A number has as many characters as a digest, so that
 * columns do not change. The numbers follow the order in which the entries name the modules.
 */
export function withNumbers<Output extends Pick<BundlerOutput, "name" | "text">>(
  outputs: readonly Output[],
  entries: readonly string[],
): readonly Output[] {
  const byName = new Map(outputs.map((each) => [each.name, each]));
  const found = new Set(entries);
  for (const name of found)
    for (const [next] of byName.get(name)?.text.matchAll(chunkName) ?? []) if (byName.has(next)) found.add(next);
  const names = [...found];
  const numbers = new Map(names.map((name, index) => [name, String(index).padStart(8, "0")]));
  const renamed = (text: string): string =>
    text.replace(chunkName, (name, kind: string) => (numbers.has(name) ? `${kind}-${numbers.get(name)}.js` : name));
  return names.flatMap((name) => {
    const output = byName.get(name);
    return output === undefined ? [] : [{ ...output, name: renamed(name), text: renamed(output.text) }];
  });
}

interface RawMap {
  readonly sources: readonly string[];
  readonly names: readonly string[];
  readonly mappings: string;
}

function joinedMap(parts: readonly Pick<BundlerOutput, "text" | "map">[]): string {
  const sources: string[] = [];
  const names: string[] = [];
  const lines = parts.flatMap(({ text, map }) => {
    const raw = JSON.parse(map) as RawMap;
    const [firstSource, firstName] = [sources.length, names.length];
    sources.push(...raw.sources);
    names.push(...raw.names);
    const decoded = decodeMappings(raw.mappings);
    return text
      .split("\n")
      .map((_, line) => (decoded[line] ?? []).map((segment) => moved(segment, firstSource, firstName)));
  });
  return JSON.stringify({ version: 3, sources, names, mappings: encodeMappings(lines) });
}

function moved({ column, origin }: Segment, firstSource: number, firstName: number): Segment {
  if (origin === undefined) return { column };
  const name = origin.name === undefined ? undefined : origin.name + firstName;
  return { column, origin: { ...origin, source: origin.source + firstSource, name } };
}

/**
 * Returns the source of each module, preceded by empty lines so that its line numbers are those in
 * the joined script.
 */
export function chunkSources(
  code: string,
  chunks: readonly Chunk[],
): readonly { readonly name: string; readonly text: string }[] {
  const lines = code.split("\n");
  return chunks.map(({ name, line, lines: count }) => ({
    name,
    text: "\n".repeat(line) + lines.slice(line, line + count).join("\n"),
  }));
}
