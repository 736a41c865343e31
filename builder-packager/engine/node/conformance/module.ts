import { isBuiltin, SourceMap } from "node:module";
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
