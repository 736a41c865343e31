import { expect, test } from "vitest";
import { filled, partlyFilled } from "./template.ts";

test("a template is not filled if the value of one of its variables is missing", () => {
  expect(filled("{a}-{b}", { a: "1", b: "2" })).toBe("1-2");
  expect(filled("{a}-{toString}", { a: "1" })).toBeUndefined();
});

test("a template changes the case of a value and drops leading zeros if the variable has a format", () => {
  const variables = { kind: "Jdk", build: "007", zero: "0" };
  expect(filled("{kind:upper} {kind:lower} {build:number} {build} {zero:number}", variables)).toBe("JDK jdk 7 007 0");
  expect(filled("{kind:title}", variables)).toBe("{kind:title}");
});

test("a partly filled template keeps the variables that have no value", () => {
  expect(partlyFilled("{kind:upper} {version} {build:number}", { kind: "jdk" })).toBe("JDK {version} {build:number}");
});
