import { join } from "node:path";
import ts from "typescript-6";
import { root } from "../support/cnb.ts";
import type { AtHand } from "./at-hand.ts";
import { type EntryPoint, exportsOf, programOf } from "./program.ts";

/** The example of one exported name, as its doc comment has it. */
export interface Example {
  readonly module: string;
  readonly name: string;
  /** Undefined: it has none. */
  readonly code: string | undefined;
}

/** The examples of all that a module exports and that can be called; those of other values where there are any. */
export function examplesOf(program: ts.Program, { module, source }: EntryPoint): readonly Example[] {
  return exportsOf(program, source).flatMap(({ name, symbol }) => {
    const code = codeOf(symbol);
    const isCallable = (symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class)) !== 0;
    return isCallable || code !== undefined ? [{ module, name, code }] : [];
  });
}

/** The TypeScript blocks of a page, each an example of its own. */
export function blocksOf(page: string, text: string): readonly Example[] {
  return [...text.matchAll(/^```ts\n([\s\S]*?)\n```$/gm)].map(([, code = ""], index) => ({
    module: page,
    name: `block ${index + 1}`,
    code,
  }));
}

function codeOf(symbol: ts.Symbol): string | undefined {
  const tag = symbol.getJsDocTags(undefined).find(({ name }) => name === "example");
  const text = ts.displayPartsToString(tag?.text).trim();
  const fenced = /^```ts\n([\s\S]*?)\n```/.exec(text)?.[1];
  const inline = /^(`{1,2})(?!`)\s?([\s\S]*?)\s?\1(?!`)/.exec(text)?.[2];
  return fenced ?? inline;
}

/** Functions of Node.js that examples call. */
const ofNode: Readonly<Record<string, string>> = { join: "node:path", readFile: "node:fs/promises" };

/** Problems of the examples, each with the name it belongs to. Each is compiled as the body of a function in a module of its own. */
export function exampleProblems(
  examples: readonly Example[],
  modules: readonly EntryPoint[],
  atHand: AtHand,
): readonly string[] {
  const exported = programOf(modules.map(({ source }) => source));
  const names = new Map(modules.map((entry) => [entry.module, valuesOf(exported, entry)]));
  const overlay = new Map([[fileOf("at-hand.d"), declarations(atHand)]]);
  for (const [index, example] of examples.entries())
    if (example.code !== undefined)
      overlay.set(
        fileOf(index),
        moduleText(example.name, example.code, { names: ownFirst(names, example.module), atHand }),
      );
  const program = programOf([...overlay.keys()], overlay);
  return examples.flatMap((example, index) => {
    if (example.code === undefined) return [`${example.module} ${example.name}: has no example`];
    return problemsIn(program, fileOf(index)).map((problem) => `${example.module} ${example.name}: ${problem}`);
  });
}

const fileOf = (name: string | number) => join(root, "test/api", `.example-${name}.ts`);
const declarations = (atHand: AtHand) =>
  Object.entries(atHand)
    .map(([name, type]) => `declare const ${name}: ${type};`)
    .join("\n");

// an example shows, it does not run: names and labels may go unused
const unimportant: readonly number[] = [6133, 6192, 6196, 6198, 7028];

function problemsIn(program: ts.Program, file: string): readonly string[] {
  const source = program.getSourceFile(file);
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
    .filter(({ code }) => !unimportant.includes(code))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
}

// of a namespace, its own name is imported
const valuesOf = (program: ts.Program, { source }: EntryPoint) => [
  ...new Set(exportsOf(program, source).map(({ name }) => name.replace(/\..*/, ""))),
];

// two modules may export the same name: an example means its own
const ownFirst = (names: ReadonlyMap<string, readonly string[]>, module: string) =>
  new Map([...names].sort(([a], [b]) => Number(b === module) - Number(a === module)));

interface ExampleScope {
  /** Exported names by module. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  readonly atHand: AtHand;
}

/** Names in the example are imported, except those that it declares or imports itself and those at hand. */
function moduleText(about: string, code: string, { names: exported, atHand }: ExampleScope): string {
  const speaksOf = (name: string) => new RegExp(`(?<![.\\w"'/-])${name}\\b`).test(code);
  const isOwn = (name: string) =>
    new RegExp(`\\b(const|let|function|class|type|interface) ${name}\\b|^import .*\\b${name}\\b`, "m").test(code);
  const taken = new Set<string>();
  const wanted = (name: string) =>
    !taken.has(name) && (name === about || !(name in atHand)) && speaksOf(name) && !isOwn(name) && taken.add(name);
  const imports = [...exported].map(([module, names]) => importOf(module, names.filter(wanted)));
  const node = Object.entries(ofNode).map(([name, module]) => importOf(module, [name].filter(wanted)));
  const own = code.match(/^import .*;$/gm) ?? [];
  const statements = code.replace(/^import .*;$/gm, "");
  const body = /^export /m.test(statements) ? statements : `export async function example() {\n${statements}\n}`;
  return [...imports, ...node, ...own, body].join("\n");
}

const importOf = (module: string, names: readonly string[]) =>
  names.length === 0 ? "" : `import { ${names.join(", ")} } from ${JSON.stringify(module)};`;
