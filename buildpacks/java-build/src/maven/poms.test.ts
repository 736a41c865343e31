import { expect, test } from "vitest";
import { elementsIn, withoutComments, withoutElements } from "./poms.ts";
import { changingPart } from "./project.ts";
import { secretsIn } from "./settings.ts";

test("top-level XML elements are found with their positions", () => {
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
])("the XML %j without comments is %j", ([text = "", expected]) => {
  expect(withoutComments(text)).toBe(expected);
});

const blanks = " ".repeat(20_000);

test.for<[string, string]>([
  ["200,000 unclosed elements", "<parent>".repeat(200_000)],
  ["100,000 nested unclosed elements", "<dependency><exclusions>".repeat(100_000)],
  ["elements with 20,000 blanks", `<parent><version>${blanks}<x/></version><artifactId>${blanks}</parent>`],
])("in a hostile pom.xml with %s, no dependency whose version can change is found", ([, text]) => {
  expect(changingPart([{ path: "pom.xml", text }])).toBeUndefined();
});

test("secrets are found in Maven settings with unterminated comments and values", () => {
  expect(withoutComments("<!--".repeat(500_000))).toHaveLength(2_000_000);
  expect(secretsIn(`<value>${blanks}<x/></value><value> Bearer  s3cret-token </value>`)).toEqual(["s3cret-token"]);
});
