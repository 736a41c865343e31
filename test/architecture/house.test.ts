import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync, Visitor } from "oxc-parser";
import { describe, expect, test } from "vitest";
import { root } from "../support/cnb.ts";
import { importsOf, partOf, sourcesIn } from "./imports.ts";

const packages = [
  "framework/src",
  "builder-packager/src",
  "templates/src",
  ...readdirSync(join(root, "buildpacks"))
    .filter((name) => !name.includes("."))
    .map((name) => `buildpacks/${name}/src`),
].filter((dir) => existsSync(join(root, dir)));

const importsIn = (dir: string): ReadonlyMap<string, readonly string[]> =>
  new Map(
    sourcesIn(join(root, dir)).map((file) => [
      file,
      importsOf(join(root, dir), file).filter((name) => name.endsWith(".ts")),
    ]),
  );

test.for(packages)("the source directory %s has no import cycle between files, including type imports", (dir) => {
  expect(cycleIn(importsIn(dir))).toEqual([]);
});

test.for(["framework/src", "builder-packager/src"])(
  "the source directory %s has no import cycle between directories",
  (dir) => {
    const parts = new Map<string, string[]>();
    for (const [file, imported] of importsIn(dir)) {
      const others = imported.map(partOf).filter((part) => part !== partOf(file));
      parts.set(partOf(file), [...(parts.get(partOf(file)) ?? []), ...others]);
    }
    expect(cycleIn(parts)).toEqual([]);
  },
);

/** One cycle of a graph, from a node back to it; empty if there is none. */
function cycleIn(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): readonly string[] => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return [];
    path.push(node);
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next);
      if (cycle.length > 0) return cycle;
    }
    path.pop();
    done.add(node);
    return [];
  };
  for (const node of graph.keys()) {
    const cycle = visit(node);
    if (cycle.length > 0) return cycle;
  }
  return [];
}

test("the check for import cycles finds a cycle and accepts two paths to one module", () => {
  const graph = (edges: Readonly<Record<string, string>>) =>
    new Map(Object.entries(edges).map(([node, to]) => [node, to.split(" ").filter(Boolean)]));
  expect(cycleIn(graph({ a: "b", b: "c d", c: "", d: "b" }))).toEqual(["b", "d", "b"]);
  expect(cycleIn(graph({ a: "b c", b: "d", c: "d", d: "" }))).toEqual([]);
});

/** Sources next to the subdirectories of a directory: about 20. Tests stand next to their source and are not counted. */
const most = { sources: 22, tests: 24 };

test(`no directory has more than ${most.sources} sources, or ${most.tests} test files and their modules`, () => {
  const count = new Map<string, number>();
  for (const folder of ["framework", "builder-packager", "buildpacks", "templates", "test"])
    for (const file of sourcesIn(join(root, folder), folder === "test")) {
      if (/(^|\/)(dist|fixtures)\//.test(file)) continue;
      const dir = join(folder, file, "..");
      count.set(dir, (count.get(dir) ?? 0) + 1);
    }
  const limitOf = (dir: string) => (/^test(\/|$)/.test(dir) ? most.tests : most.sources);
  expect([...count].filter(([dir, files]) => files > limitOf(dir))).toEqual([]);
});

/**
 * Metaphors that the field does not know, and the words to use instead: stems at the beginning
 * of a word of an identifier.
 */
const banned: Readonly<Record<string, string>> = {
  wish: "request, options",
  room: "environment, rootfs, directory",
  told: "reported",
  tell: "report, log, print",
  heed: "record",
  trial: "attempt, check",
  objection: "check, reason",
  together: "concurrently",
  settle: "resolve, end",
  seal: "mark",
  beside: "next to",
  elsewhere: "the location that is meant",
  patience: "timeout, maximal wait",
  whom: "name the party",
  place: "location, path, directory, slot",
  given: "inputs, options, fixture",
};

/** Words of the language or of the field that contain a stem. */
const allowed = /^(placeholder|placement)/;

describe("identifiers in the sources", () => {
  test("contain no metaphors that the project bans", () => {
    const found = ["framework", "builder-packager", "templates", "buildpacks", "test"].flatMap((folder) =>
      sourcesIn(join(root, folder), true)
        .filter((file) => !/(^|\/)(dist|fixtures)\/|house\.test\.ts$/.test(file))
        .flatMap((file) =>
          metaphorsIn(readFileSync(join(root, folder, file), "utf8")).map((name) => `${folder}/${file}: ${name}`),
        ),
    );
    expect(found).toEqual([]);
  });

  test("are checked for banned metaphors at the beginning of each word", () => {
    expect(metaphorsIn("const buildRoom = 1; function tellAll(a) {} type BuildGiven = {}; interface Wish {}")).toEqual([
      "buildRoom",
      "tellAll",
      "BuildGiven",
      "Wish",
    ]);
    expect(metaphorsIn("const intelligence = replaceAll; const given = 1; const bathrooms = 2;")).toEqual([]);
  });
});

/**
 * Names of declarations, parameters and properties with a banned stem. `given` alone is a parameter's usual name; as a part of a
 * type's name it is none.
 */
function metaphorsIn(text: string): string[] {
  const found: string[] = [];
  const check = (name: string) => {
    const words = name
      .replace(/InPlace$/, "")
      .split(/(?=[A-Z])|_/)
      .map((word) => word.toLowerCase());
    const stem = words.some(
      (word, index) =>
        Object.keys(banned).some(
          (each) => word.startsWith(each) && !(each === "given" && !(index > 0 && /^[A-Z]/.test(name))),
        ) && !allowed.test(word),
    );
    if (stem) found.push(name);
  };
  const checkNode = (node: { readonly type: string } | null) => {
    const { type, name } = (node ?? { type: "" }) as { type: string; name?: unknown };
    if ((type === "Identifier" || type === "PrivateIdentifier") && typeof name === "string") check(name);
  };
  const checkFunction = ({ params }: { readonly params: readonly { readonly type: string }[] }) => {
    for (const param of params) {
      checkNode(param);
      const { type, left } = param as { type: string; left?: { readonly type: string } };
      if (type === "AssignmentPattern" && left) checkNode(left);
    }
  };
  const checkKey = ({ key }: { readonly key: { readonly type: string } }) => checkNode(key);
  const { program } = parseSync("source.ts", text);
  new Visitor({
    VariableDeclarator: ({ id }) => checkNode(id),
    FunctionDeclaration: (node) => {
      checkNode(node.id);
      checkFunction(node);
    },
    FunctionExpression: checkFunction,
    ArrowFunctionExpression: checkFunction,
    ClassDeclaration: ({ id }) => checkNode(id),
    MethodDefinition: checkKey,
    PropertyDefinition: checkKey,
    Property: checkKey,
    TSInterfaceDeclaration: ({ id }) => checkNode(id),
    TSTypeAliasDeclaration: ({ id }) => checkNode(id),
    TSPropertySignature: checkKey,
    TSMethodSignature: checkKey,
  }).visit(program);
  return [...new Set(found)];
}

test("no source file is named by a private metaphor", () => {
  const stem = new RegExp(`(^|[-./])(${Object.keys(banned).join("|")})`);
  const found = ["framework", "builder-packager", "templates", "buildpacks", "test"].flatMap((folder) =>
    sourcesIn(join(root, folder), true).filter(
      (file) =>
        !/(^|\/)(dist|fixtures)\//.test(file) && stem.test(file) && !/placeholder|placement|in-place/.test(file),
    ),
  );
  expect(found).toEqual([]);
});

/** Words that end like a participle, and are nouns of the field. */
const nouns = new Set([
  "Decoded",
  "Defined",
  "Need",
  "Seed",
  "Speed",
  "Feed",
  "Embed",
  "Field",
  "Shield",
  "Child",
  "World",
  "Token",
  "Script",
  "Result",
]);

/** Participles that do not end with "ed". */
const irregular = new Set(
  "Built Brought Chosen Cut Found Given Gone Got Held Hidden Kept Known Left Lost Made Met Misspelt Put Read Said Seen Sent Shown Spent Taken Thrown Told Written".split(
    " ",
  ),
);

test("no type has a name that consists of a participle without a noun", () => {
  const found = packages.flatMap((folder) =>
    sourcesIn(join(root, folder), true).flatMap((file) => {
      const names: string[] = [];
      const check = (name: string) => {
        if ((/^[A-Z][a-z]+ed$/.test(name) || irregular.has(name)) && !nouns.has(name))
          names.push(`${folder}/${file}: ${name}`);
      };
      new Visitor({
        TSInterfaceDeclaration: ({ id }) => check(id.name),
        TSTypeAliasDeclaration: ({ id }) => check(id.name),
      }).visit(parseSync("source.ts", readFileSync(join(root, folder, file), "utf8")).program);
      return names;
    }),
  );
  expect(found).toEqual([]);
});
