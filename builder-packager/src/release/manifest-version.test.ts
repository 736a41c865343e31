import { expect, test } from "vitest";
import { manifestVersion } from "./manifest-version.ts";

const change = { from: "1.2.3", to: "1.3.0" };

test("only the top-level version of a package.json is replaced, not other keys of this name", () => {
  const text = `{\n\t"nested": { "version": "1.2.3" },\n\t"name": "\\"version\\": \\"1.2.3\\"",\n\t"version" : "1.2.3"\n}\n`;
  expect(manifestVersion(text, change)).toEqual({
    line: 4,
    text: text.replace(`"version" : "1.2.3"`, `"version" : "1.3.0"`),
  });
});

test.for([`{ "version": "1.0.0" }`, "{}", "not JSON", `["version"]`])(
  "the package.json %j is not changed, because it does not have the version before the release",
  (text) => {
    expect(manifestVersion(text, change)).toBeUndefined();
  },
);
