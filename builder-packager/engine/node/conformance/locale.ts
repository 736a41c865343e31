import { report, untyped } from "./report.ts";

/* The methods and classes that depend on a language: everything that the small engine does not refuse. */

const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
const words = [
  "",
  "a",
  "A",
  "b",
  "aB",
  "Ab",
  "a-b",
  "ab",
  "a b",
  "_a",
  "1",
  "01",
  "2",
  "10",
  "1.10",
  "1.9",
  "v2",
  "V10",
  "x\0y",
  "xy",
];
const signs = (texts: readonly string[], compare: (one: string, other: string) => number): string =>
  texts.map((one) => texts.map((other) => "<=>"[Math.sign(compare(one, other)) + 1]).join("")).join(" ");

report("localeCompare of each character", () => signs(ascii, (one, other) => one.localeCompare(other)));
report("localeCompare of words", () => signs(words, (one, other) => one.localeCompare(other)));
for (const numeric of [false, true]) {
  for (const sensitivity of ["base", "accent", "case", "variant"] as const) {
    report(`localeCompare, numeric ${numeric}, sensitivity ${sensitivity}`, () =>
      signs([...words, ..."aAzZ_-0 "], (one, other) => one.localeCompare(other, "en", { numeric, sensitivity })),
    );
  }
}
// the same texts in each run, of characters that are mixed in names and versions
let state = 1;
const random = (below: number): number => {
  state = (state * 48_271) % 2_147_483_647;
  return state % below;
};
const characters = "aAbBzZ019.-_ ~$@/\t\0";
const texts = Array.from({ length: 300 }, () =>
  Array.from({ length: random(7) }, () => characters[random(characters.length)]).join(""),
);
report("localeCompare of mixed texts", () => signs(texts.slice(0, 150), (one, other) => one.localeCompare(other)));
report("localeCompare of mixed texts with numbers", () =>
  signs(texts.slice(150), (one, other) => one.localeCompare(other, undefined, { numeric: true })),
);
report("localeCompare of texts with later characters beyond ASCII", () => [
  [
    "zürich".localeCompare("basel"),
    "é".localeCompare("é"),
    "aé".localeCompare("B"),
    "éa".localeCompare("éB"),
    "a1é".localeCompare("a2ü"),
  ],
  [
    "file2é".localeCompare("file10", "en", { numeric: false }),
    "Aé".localeCompare("b", "en-US", { sensitivity: "base" }),
  ],
]);
report("localeCompare of other values", () => ["null".localeCompare(untyped(null)), "1".localeCompare(untyped(2))]);
report("localeCompare of nothing", () => String.prototype.localeCompare.call(untyped(null), "a"));
report("its name and length", () => ["".localeCompare.name, "".localeCompare.length]);
report("sorting", () => ["b", "_c", "A", "a", "B", "-d", "10", "9"].sort((one, other) => one.localeCompare(other)));
report("toLocaleUpperCase", () => ["straße iı".toLocaleUpperCase(), "ß".toLocaleUpperCase("en-US")]);
report("toLocaleLowerCase", () => ["ÀİΣ".toLocaleLowerCase(), "ÀB".toLocaleLowerCase("en")]);
report("toLocaleString of integers", () =>
  [0, 7, -7, 999, 1000, -1000, 123_456, 1_234_567, Number.MAX_SAFE_INTEGER].map((value) => value.toLocaleString()),
);
report("toLocaleString of BigInts", () =>
  [0n, -1234n, 12_345_678_901_234_567_890n].map((value) => value.toLocaleString("en")),
);
report("toLocaleString of lists", () => [
  [1, 2000, "x"].toLocaleString(),
  new Uint16Array([1, 60_000]).toLocaleString(),
]);
report("toLocaleString of an object", () => ({}).toLocaleString());

const family = "👨‍👩‍👧e\u0301x";
const segments = new Intl.Segmenter().segment(family);
report("segments", () => [[...segments], [...segments].length]);
report("segments that contain an index", () => [-1, 0, 3, 8, 9, 10, 99].map((index) => segments.containing(index)));
report("the text of Intl", () => [Object.prototype.toString.call(Intl), "Segmenter" in Intl, Object.keys(Intl)]);
