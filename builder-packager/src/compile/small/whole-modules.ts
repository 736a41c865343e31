import { moreOfDefaults } from "./default-exports.ts";

/**
 * A property that a bundle reads from a Node.js module as a whole, such as `fs.watch` after
 * `import fs from "node:fs"`.
 */
export interface NameUse {
  /** The name of the module without `node:`, or `Intl`. */
  readonly module: string;
  readonly name: string;
  /** The line of the use in the bundle, counted from 0. */
  readonly line: number;
  readonly column: number;
}

/** Properties of modules that are modules themselves. */
const modulesInside: Readonly<Record<string, string>> = {
  "fs.promises": "fs/promises",
  "path.posix": "path/posix",
  "stream.promises": "stream/promises",
  "timers.promises": "timers/promises",
  "util.types": "util/types",
};

/**
 * Finds the names that a bundle reads from Node.js modules as a whole: from default imports, from
 * namespaces in a destructuring, from `import()`, and from the globals `process` and `Intl`. The
 * bundler itself reports names of namespaces. In a bundle, each module has its own variable, which
 * no other variable hides, so a search in the text is sufficient. Names that are computed, and
 * modules in other variables, are not found.
 *
 * @param text the bundle, minified only in its syntax
 */
export function wholeModuleUses(text: string): readonly NameUse[] {
  const objects = new Map([["process", "process"], ["Intl", "Intl"], ...importedObjects(text), ...namespaces(text)]);
  const variable = [...objects.keys()].map((each) => each.replaceAll("$", "\\$")).join("|");
  return text.split("\n").flatMap((row, line) => {
    if (row.startsWith("import ") || row.startsWith("//")) return [];
    const found = [...propertiesIn(row, variable), ...destructuredIn(row, variable)];
    return found.flatMap(({ object, names }): NameUse[] => {
      const use = nameIn(objects.get(object) ?? "", names);
      return use === undefined ? [] : [{ ...use, line }];
    });
  });
}

/** The default exports and modules inside modules that the bundle imports, with their modules. */
function importedObjects(text: string): readonly (readonly [string, string])[] {
  const statements = text.matchAll(/^import (?:([\w$]+)|\{([^}]*)\}) from "node:([^"]+)";$/gm);
  return [...statements].flatMap(([, all, names = "", module = ""]) =>
    (all === undefined ? names.split(",") : [`default as ${all}`]).flatMap((each) => {
      const [name = "", local = name] = each.trim().split(" as ");
      const inside = name === "default" ? module : modulesInside[`${module}.${name}`];
      return inside === undefined ? [] : [[local, inside] as const];
    }),
  );
}

/** The namespace objects that the bundler has written for modules of Node.js. */
const namespaces = (text: string): readonly (readonly [string, string])[] =>
  [...text.matchAll(/^\/\/ node-builtin:(.+)\nvar ([\w$]+_exports) = \{\};$/gm)].map(
    ([, module = "", variable = ""]) => [variable, module] as const,
  );

interface Property {
  readonly name: string;
  readonly column: number;
}

/** A variable, a property of it that is read, and perhaps one of that. */
interface Path {
  readonly object: string;
  readonly names: readonly Property[];
}

/** `fs.watch`, `fs?.promises.watch`, and `(await import("node:fs")).watch`. */
function propertiesIn(row: string, variable: string): readonly Path[] {
  const pattern = new RegExp(`(?<![.\\w$])(${variable})(?:\\){3})?((?:\\??\\.[\\w$]+){1,2})`, "dg");
  return [...row.matchAll(pattern)].map(({ 1: object = "", 2: path = "", indices }) => ({
    object,
    names: namesOf(path, indices?.[2]?.[0]),
  }));
}

/** `{ watch } = fs`, and `{ watch } = await import("node:fs")`. */
function destructuredIn(row: string, variable: string): readonly Path[] {
  const awaited = "await Promise\\.resolve\\(\\)\\.then\\(\\(\\) => \\([\\w$]+\\(\\), ";
  const pattern = new RegExp(`\\{([^{}]*)\\} = (?:${awaited})?(${variable})((?:\\.[\\w$]+)?)(?![\\w$.(?])`, "dg");
  return [...row.matchAll(pattern)].flatMap(({ 1: list = "", 2: object = "", 3: inside = "", indices }) => {
    const start = indices?.[1]?.[0] ?? 0;
    const keys = [...list.matchAll(/(?:^|,)\s*([\w$]+)/g)].map(({ 0: match, 1: name = "", index }) => ({
      name,
      column: start + index + match.length - name.length,
    }));
    return keys.map((key) => ({ object, names: [...namesOf(inside), key] }));
  });
}

const namesOf = (path: string, start = 0): readonly Property[] =>
  [...path.matchAll(/[\w$]+/g)].map(({ 0: name, index }) => ({ name, column: start + index }));

/** The name that a path reads of a module, or of a module inside it. */
function nameIn(module: string, [first, second]: readonly Property[]): Omit<NameUse, "line"> | undefined {
  const inside = modulesInside[`${module}.${first?.name}`];
  if (inside !== undefined && second !== undefined) return { module: inside, ...second };
  return first === undefined ? undefined : { module, ...first };
}

/** True if a module of Node.js exports a name that the small engine's module lacks. */
export function isLacking(
  { module, name }: Pick<NameUse, "module" | "name">,
  exports: ReadonlyMap<string, readonly string[]>,
): boolean {
  if (module === "Intl") return name !== "Segmenter" && name in Intl && !(name in class {});
  const names = exports.get(module);
  if (names === undefined || names.includes(name) || moreOfDefaults[module]?.includes(name)) return false;
  const onNode = process.getBuiltinModule(`node:${module}`) as object | undefined;
  return onNode !== undefined && name in onNode && !(name in class {});
}
