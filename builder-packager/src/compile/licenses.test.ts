import { expect, test } from "vitest";
import { licenseText } from "./licenses.ts";

test("the licence file names every package and ends with that of Node.js", () => {
  const packages = [{ name: "@a/b", version: "1.2.3", license: "MIT", text: "Copyright B" }];
  expect(licenseText(packages, "Node.js is licensed…\n")).toBe(`This executable contains Node.js and the packages below.

@a/b 1.2.3 (MIT)

Copyright B

${"-".repeat(80)}

Node.js is licensed…
`);
});
