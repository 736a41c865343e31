import { join } from "node:path";
import ts from "typescript-6";
import { root } from "../support/cnb.ts";

/** The modules of a published package that users can import: the sources behind the exports maps. */
export interface EntryPoint {
  readonly module: string;
  /** Absolute. */
  readonly source: string;
}

/** The public entry points of a package of this repository, as its exports map has them. `internal` is not public. */
export function entryPoints(folder: string): readonly EntryPoint[] {
  const { name, exports } = JSON.parse(ts.sys.readFile(join(root, folder, "package.json")) ?? "") as {
    readonly name: string;
    readonly exports: Readonly<Record<string, { readonly "@libcnb/source": string } | string>>;
  };
  return Object.entries(exports).flatMap(([path, conditions]) =>
    typeof conditions === "string" || path === "./internal"
      ? []
      : [{ module: join(name, path), source: join(root, folder, conditions["@libcnb/source"]) }],
  );
}

/** The compiler's view of such files, with the options of tsconfig.json. TypeScript 7 has no stable interface for this yet. */
export function programOf(files: readonly string[], overlay: ReadonlyMap<string, string> = new Map()): ts.Program {
  const file = join(root, "tsconfig.json");
  const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(file, ts.sys.readFile).config, ts.sys, root);
  // examples write `import { x }` also for types
  const all = {
    ...options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    verbatimModuleSyntax: false,
  };
  const host = ts.createCompilerHost(all);
  const { readFile, fileExists } = host;
  host.readFile = (name) => overlay.get(name) ?? readFile(name);
  host.fileExists = (name) => overlay.has(name) || fileExists(name);
  return ts.createProgram([...files], all, host);
}

/** A name that a module exports; names in an exported namespace contain a dot: `s.table`. */
export interface ExportedName {
  readonly name: string;
  /** Behind re-exports. */
  readonly symbol: ts.Symbol;
}

/** The exports of a module, sorted by name. */
export function exportsOf(program: ts.Program, source: string): readonly ExportedName[] {
  const file = program.getSourceFile(source);
  const symbol = file && program.getTypeChecker().getSymbolAtLocation(file);
  if (symbol === undefined) throw new Error(`${source} exports nothing`);
  return namesIn(program, symbol, "").toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function namesIn(program: ts.Program, module: ts.Symbol, prefix: string): readonly ExportedName[] {
  return program
    .getTypeChecker()
    .getExportsOfModule(module)
    .flatMap((each) => {
      const symbol = resolved(program, each);
      const name = `${prefix}${each.name}`;
      return symbol.flags & ts.SymbolFlags.ValueModule ? namesIn(program, symbol, `${name}.`) : [{ name, symbol }];
    });
}

function resolved(program: ts.Program, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? program.getTypeChecker().getAliasedSymbol(symbol) : symbol;
}
