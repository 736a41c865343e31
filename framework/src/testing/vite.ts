import { readFile } from "node:fs/promises";
import { isAbsolute } from "node:path";

/**
 * The parts of Vite's plugin API that this module needs. They are declared here, because vitest
 * includes Vite but this package does not depend on it.
 */
export interface PluginContext {
  parse(code: string, options: { readonly lang: "ts" | "tsx" }): unknown;
  resolve(source: string, importer: string): Promise<{ readonly id: string } | null>;
  addWatchFile(file: string): void;
}

/** A plugin for `plugins` of vitest.config.ts. */
export interface ImportAttributesPlugin {
  readonly name: string;
  readonly enforce: "pre";
  resolveId(source: string): string | undefined;
  load(this: PluginContext, id: string): Promise<string | undefined>;
  transform(this: PluginContext, code: string, id: string): Promise<{ readonly code: string } | undefined>;
}

const prefix = "virtual:libcnb:";
const kinds = ["text", "bytes"] as const;
type Kind = (typeof kinds)[number];

/**
 * Imports files in tests as `cnb buildpack package` does: `with { type: "text" }` gives a string
 * and `"bytes"` a Uint8Array, for any file extension. Vite itself ignores the attribute.
 *
 * @example
 * ```ts
 * import { importAttributes } from "libcnb/testing/vite";
 * import { defineConfig } from "vitest/config";
 *
 * export default defineConfig({ plugins: [importAttributes()] });
 * ```
 */
export const importAttributes = (): ImportAttributesPlugin => ({
  name: "libcnb:import-attributes",
  enforce: "pre",
  resolveId: (source) => (source.startsWith(prefix) ? `\0${source}` : undefined),
  async load(id) {
    const [, file = "", kind] = /^\0virtual:libcnb:(.*):(text|bytes)$/.exec(id) ?? [];
    if (kind === undefined) return undefined;
    const path = decodeURIComponent(file);
    this.addWatchFile(path);
    return moduleOf(await readFile(path), kind as Kind);
  },
  async transform(code, id) {
    if (!/\.[cm]?[jt]sx?$/.test(id) || !/\b(?:text|bytes)\b/.test(code)) return undefined;
    const imports = importsIn(this.parse(code, { lang: id.endsWith("x") ? "tsx" : "ts" }));
    const edits = await Promise.all(
      imports.map(async (each) => ({ ...each, path: (await this.resolve(each.source, id))?.id })),
    );
    return edits.length === 0 ? undefined : { code: edited(code, edits) };
  },
});

/** Decodes text as the bundler does: from UTF-8, without a byte order mark. */
const moduleOf = (content: Buffer, kind: Kind): string =>
  kind === "text"
    ? `export default ${JSON.stringify(new TextDecoder().decode(content))};`
    : `export default Uint8Array.from(atob("${content.toString("base64")}"), (each) => each.charCodeAt(0));`;

/** The position of a module's name in the code, including quotes. */
interface FileImport {
  readonly source: string;
  readonly kind: Kind;
  readonly start: number;
  readonly end: number;
}

/** A node of ESTree, limited to imports. */
interface Node {
  readonly type: string;
  readonly source?: { readonly value?: unknown; readonly start: number; readonly end: number } | null;
  readonly attributes?: readonly { readonly key: Key; readonly value: { readonly value: unknown } }[];
  readonly options?: { readonly properties?: readonly Property[] } | null;
}
type Key = { readonly name?: string; readonly value?: unknown };
type Property = {
  readonly key: Key;
  readonly value: { readonly value?: unknown; readonly properties?: readonly Property[] };
};

function importsIn(tree: unknown): FileImport[] {
  if (Array.isArray(tree)) return tree.flatMap(importsIn);
  if (typeof tree !== "object" || tree === null) return [];
  return [...importOf(tree as Node), ...Object.values(tree).flatMap(importsIn)];
}

function importOf(node: Node): FileImport[] {
  const kind = kinds.find((each) => each === typeOf(node));
  const { value, start = 0, end = 0 } = node.source ?? {};
  return kind === undefined || typeof value !== "string" ? [] : [{ source: value, kind, start, end }];
}

/** The type in `with { type: "…" }` after an import or export, or in `import(…, { with: { type: "…" } })`. */
function typeOf({ attributes, options, type }: Node): unknown {
  if (attributes) return attributes.find(({ key }) => nameOf(key) === "type")?.value.value;
  if (type !== "ImportExpression") return undefined;
  const named = options?.properties?.find(({ key }) => nameOf(key) === "with")?.value;
  return named?.properties?.find(({ key }) => nameOf(key) === "type")?.value.value;
}

const nameOf = ({ name, value }: Key): unknown => name ?? value;

/**
 * Replaces the names of imported files by virtual modules. Their kind is at the end, because Vite
 * would handle `.json` or `.css` there itself. A missing file keeps its name, which Vite's error
 * then contains.
 */
function edited(code: string, edits: readonly (FileImport & { readonly path: string | undefined })[]): string {
  let result = code;
  for (const { start, end, kind, path } of edits.toSorted((a, b) => b.start - a.start)) {
    const file = path?.replace(/[?#].*$/s, "");
    if (file === undefined || !isAbsolute(file)) continue;
    result = `${result.slice(0, start)}"${prefix}${encodeURIComponent(file)}:${kind}"${result.slice(end)}`;
  }
  return result;
}
