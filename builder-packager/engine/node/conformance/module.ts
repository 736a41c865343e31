import nodeModule, { builtinModules, createRequire, isBuiltin, SourceMap } from "node:module";
import { report, untyped } from "./report.ts";

const payload = {
  version: 3,
  file: "out.js",
  sources: ["a.ts", "b.ts"],
  sourcesContent: ["", ""],
  names: ["first", "second"],
  mappings: "AAAA,SAASA,MAAM,IAAI,CAAC;ACAb,SAASC;;;AACP,gBAAgB,KDFrB,IAAI,CAAC,CAAC",
  sourceRoot: "",
};
const map = new SourceMap(payload);
for (const [line, column] of [
  [0, 0],
  [0, 5],
  [0, 9],
  [0, 100],
  [1, 0],
  [1, 12],
  [2, 3],
  [4, 0],
  [4, 17],
  [4, 30],
  [9, 9],
] as const) {
  report(`findEntry ${line} ${column}`, () => map.findEntry(line, column));
  report(`findOrigin ${line} ${column}`, () => map.findOrigin(line, column));
}
report("payload", () => [map.payload, untyped<{ lineLengths: unknown }>(map).lineLengths]);
report("empty", () => new SourceMap({ ...payload, mappings: "" }).findEntry(1, 1));
report("before the first", () => new SourceMap({ ...payload, mappings: ";;UAAA" }).findEntry(1, 1));
report("negative and large", () =>
  new SourceMap({ ...payload, mappings: "+/////DAAA,DAAA,gggggggEAA2pB" }).findEntry(0, 5),
);
report("sections", () =>
  new SourceMap(
    untyped({
      version: 3,
      sections: [
        { offset: { line: 0, column: 0 }, map: payload },
        { offset: { line: 10, column: 4 }, map: payload },
      ],
    }),
  ).findEntry(10, 14),
);
report("bad", () => new SourceMap(untyped("text")));
report("isBuiltin", () => ["fs", "node:fs", "node:sea", "sea", "left-pad", "fs/promises"].map(isBuiltin));
report("isBuiltin of others", () => [isBuiltin(untyped(5)), isBuiltin(""), isBuiltin("node:"), isBuiltin("node:nope")]);
report("builtinModules", () => [
  ["assert", "fs", "fs/promises", "path/posix", "stream/web", "util", "zlib"].map((name) =>
    builtinModules.includes(name),
  ),
  builtinModules.some((name) => name.startsWith("node:")),
  builtinModules.every((name) => isBuiltin(name)),
  Array.isArray(builtinModules),
]);
report("the same functions", () => [
  nodeModule.createRequire === createRequire,
  nodeModule.isBuiltin === isBuiltin,
  nodeModule.builtinModules === builtinModules,
]);
for (const from of [5, undefined, null, {}, "relative", "./a", "http://a/b", "file://host/a"]) {
  report(`createRequire from ${JSON.stringify(from)}`, () => createRequire(untyped(from)));
}
for (const from of ["/x/y.js", "/x/", "file:///x/y.js", new URL("file:///x/y.js")]) {
  report(`require from ${from}`, () => createRequire(from)("none"));
  report(`require of a file from ${from}`, () => createRequire(from)("./none.js"));
  report(`resolve from ${from}`, () => createRequire(from).resolve("none"));
}
for (const name of [5, undefined, "", "node:none"]) {
  report(`require of ${JSON.stringify(name)}`, () => createRequire("/x/")(untyped(name)));
}
report("require, resolve of built-in modules", () => [
  createRequire("/x/").resolve("fs"),
  createRequire("/x/").resolve("node:fs/promises"),
]);
report("require, shape", () => [
  Object.keys(createRequire("/x/")),
  createRequire("/x/").length,
  createRequire("/x/").name,
]);
