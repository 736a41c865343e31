import nodePath, * as names from "node:path";
import posixPath, * as posixNames from "node:path/posix";
import { report, untyped } from "./report.ts";

const PATHS = [
  "",
  ".",
  "..",
  "/",
  "//",
  "///a",
  "//a",
  "//a/b",
  "a",
  "a/",
  "a//",
  "/a",
  "/a/",
  "/a/b.c",
  "a/b.c.d",
  "a/.b",
  "a/.b.c",
  "a/b.",
  "a/..",
  "a/../..",
  "../a",
  "./a",
  "./",
  "/..",
  "/../a",
  "a/./b//c/../d",
  "..b",
  "...",
  "a\\b.c",
  "a b/ü.😀",
  "/a.b/c",
];
const ONE_ARGUMENT = [
  "basename",
  "dirname",
  "extname",
  "isAbsolute",
  "normalize",
  "parse",
  "toNamespacedPath",
] as const;
const NO_STRINGS: readonly unknown[] = [undefined, null, 5, true, {}, []];

report("the same functions", () => [
  Object.keys(nodePath).filter((name) => Reflect.get(nodePath, name) !== Reflect.get(names, name)),
  Object.keys(nodePath).filter((name) => Reflect.get(nodePath, name) !== Reflect.get(posixNames, name)),
  nodePath === nodePath.posix,
  nodePath === posixPath,
  names.posix === posixNames.posix,
  names.posix.join("a", "b"),
  posixNames.posix.sep,
]);
for (const [module, path] of [
  ["path", names],
  ["path/posix", posixNames],
] as const) {
  report(`${module}: constants`, () => [path.sep, path.delimiter, path.posix === nodePath.posix]);
  for (const name of ONE_ARGUMENT) {
    report(`${module}: ${name}`, () => PATHS.map((each) => path[name](each)));
    for (const value of NO_STRINGS) {
      report(`${module}: ${name} of ${typeof value} ${value}`, () => path[name](untyped(value)));
    }
  }
  report(`${module}: basename with a suffix`, () => [
    path.basename("a/b.c", ".c"),
    path.basename("a/b.c/", ".c"),
    path.basename("a/b.c", "b.c"),
    path.basename("b.c", "b.c"),
    path.basename("a/b.c", ""),
    path.basename("a/b.c", ".d"),
    path.basename("a/b.c", "a/b.c"),
    path.basename("a//", "a"),
    path.basename("aa", "a"),
    path.basename("", "a"),
  ]);
  report(`${module}: basename, bad suffix`, () => path.basename("a", untyped(5)));
  report(`${module}: join`, () => [
    path.join(),
    path.join(""),
    path.join("", ""),
    path.join("a", "b"),
    path.join("a", "", "/b"),
    path.join("/a", "../..", "b"),
    path.join("a", "../../b"),
    path.join("a/", "./b/"),
    path.join(...PATHS),
  ]);
  report(`${module}: resolve`, () => [
    path.resolve() === process.cwd(),
    path.resolve("") === process.cwd(),
    path.resolve("a", "b").slice(process.cwd().length),
    path.resolve("/a", "b", "../c/"),
    path.resolve("/a", "/b", ""),
    path.resolve("/a", "..", ".."),
    path.resolve("a", "/b/./c//"),
    ...PATHS.map((each) => path.resolve("/x", each)),
  ]);
  report(`${module}: relative`, () => [
    ...PATHS.map((each) => path.relative("/a/b", path.resolve("/", each))),
    ...PATHS.map((each) => path.relative(path.resolve("/", each), "/a/b")),
    path.relative("/a/bc", "/a/b"),
    path.relative("/a/b", "/a/bc"),
    path.relative("a", "a/b"),
    path.relative("", ""),
  ]);
  report(`${module}: matchesGlob`, () =>
    [
      "*",
      "**",
      "a/*",
      "**/b.*",
      "{a,b}/**",
      "?",
      "[a-c]/",
      "/a/**",
      "a/.b",
      "",
      "./a",
      "a/../b",
      "a/./b",
      "a//b",
      "**/..",
      "../*",
      "./",
      "/",
      "*/",
      ".",
      "..",
      "**/",
      "a/**/",
    ].map((pattern) => PATHS.filter((each) => path.matchesGlob(each, pattern))),
  );
  report(`${module}: format`, () => [
    path.format({}),
    path.format({ dir: "/a", base: "b" }),
    path.format({ root: "/", base: "b" }),
    path.format({ root: "/", dir: "/", base: "b" }),
    path.format({ dir: "a", name: "b", ext: "c" }),
    path.format({ dir: "a", name: "b", ext: ".c", base: "d" }),
    path.format({ root: "/", name: "b" }),
    path.format({ ext: "c" }),
    ...PATHS.map((each) => path.format(path.parse(each))),
  ]);
  for (const value of [...NO_STRINGS.filter((each) => typeof each !== "object" || each === null), "a"]) {
    report(`${module}: format of ${typeof value} ${value}`, () => path.format(untyped(value)));
  }
  for (const value of NO_STRINGS) {
    report(`${module}: join of ${typeof value} ${value}`, () => path.join("a", untyped(value)));
    report(`${module}: resolve of ${typeof value} ${value}`, () => path.resolve("a", untyped(value)));
    report(`${module}: relative from ${typeof value} ${value}`, () => path.relative(untyped(value), "a"));
    report(`${module}: relative to ${typeof value} ${value}`, () => path.relative("a", untyped(value)));
    report(`${module}: path of ${typeof value} ${value}`, () => path.matchesGlob(untyped(value), "a"));
    report(`${module}: pattern of ${typeof value} ${value}`, () => path.matchesGlob("a", untyped(value)));
  }
}
