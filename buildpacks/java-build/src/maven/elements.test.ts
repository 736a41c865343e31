import { expect, test } from "vitest";
import { changingPart } from "./changing.ts";
import { elementsIn, withoutComments, withoutElements } from "./elements.ts";
import { secretsIn } from "./settings.ts";

test("top-level elements are found with their positions", () => {
  const text = "<a>1</a> <b>2<a>3</a></b><c>4</c><a>5";
  expect(elementsIn(text, ["a", "b"])).toEqual([
    { name: "a", inner: "1", start: 0, end: 8 },
    { name: "b", inner: "2<a>3</a>", start: 9, end: 25 },
  ]);
  expect(withoutElements(text, ["a", "b"])).toBe(" <c>4</c><a>5");
});

test.for([
  ["a<!-- b --> c<!-- d\n-->", "a c"],
  ["a <!-- b", "a <!-- b"],
  ["a --> b", "a --> b"],
  ["<!--a--><!-- b", "<!-- b"],
])("%j without comments is %j", ([text = "", expected]) => {
  expect(withoutComments(text)).toBe(expected);
});

const blanks = " ".repeat(20_000);

test.for([
  "<parent>".repeat(200_000),
  "<dependency><exclusions>".repeat(100_000),
  `<parent><version>${blanks}<x/></version><artifactId>${blanks}</parent>`,
])("a hostile pom has no changing dependencies", (text) => {
  expect(changingPart([{ path: "pom.xml", text }])).toBeUndefined();
});

test("unterminated comments and values hide nothing", () => {
  expect(withoutComments("<!--".repeat(500_000))).toHaveLength(2_000_000);
  expect(secretsIn(`<value>${blanks}<x/></value><value> Bearer  s3cret-token </value>`)).toEqual(["s3cret-token"]);
});
