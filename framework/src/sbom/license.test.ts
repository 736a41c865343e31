import { expect, test } from "vitest";
import { allOf, licenseOf } from "./license.ts";

const named = (name: string) => ({ kind: "named", name });
const expression = (text: string, isAtom = false, refs: readonly string[] = []) => ({
  kind: "expression",
  expression: text,
  refs,
  isAtom,
});

test.for<[string, unknown]>([
  ["MIT", { kind: "id", id: "MIT" }],
  [" apache-2.0 ", { kind: "id", id: "Apache-2.0" }],
  ["GPL-2.0", { kind: "id", id: "GPL-2.0" }],
  ["GPL-2.0+", expression("GPL-2.0+", true)],
  ["(MIT)", { kind: "id", id: "MIT" }],
  ["MIT or apache-2.0", expression("MIT OR Apache-2.0")],
  ["(MIT OR ISC) AND (Zlib AND BSD-3-Clause)", expression("(MIT OR ISC) AND Zlib AND BSD-3-Clause")],
  ["GPL-2.0-only WITH Classpath-exception-2.0", expression("GPL-2.0-only WITH Classpath-exception-2.0", true)],
  ["Apache-2.0+", expression("Apache-2.0+", true)],
  ["LicenseRef-a OR MIT", expression("LicenseRef-a OR MIT", false, ["LicenseRef-a"])],
  ["DocumentRef-x:LicenseRef-a", named("DocumentRef-x:LicenseRef-a")],
  ["MIT/X11", named("MIT/X11")],
  ["SEE LICENSE IN LICENSE.txt", named("SEE LICENSE IN LICENSE.txt")],
  ["MIT OR My-Own", named("MIT OR My-Own")],
  ["MIT OR", named("MIT OR")],
  ["constructor", named("constructor")],
  ["NONE", named("NONE")],
  ["NOASSERTION", undefined],
  [" ", undefined],
])(
  "the license text %j is recognized as an SPDX identifier, an expression, a name or no license",
  ([text, license]) => {
    expect(licenseOf(text)).toEqual(license);
  },
);

test.for<[string, string]>([
  ["parentheses", "(".repeat(50_000)],
  ["terms", `${"MIT AND ".repeat(50_000)}MIT`],
])("a license with 50,000 %s is classified as a name", ([, text]) => {
  expect(licenseOf(text)).toEqual(named(text));
});

test("several licenses form one expression", () => {
  const licenses = ["MIT OR ISC", "Zlib", "My own", "GPL-2.0-only WITH Classpath-exception-2.0"]
    .map(licenseOf)
    .filter((license) => license !== undefined);
  expect(allOf(licenses, (name) => `LicenseRef-${name.replace(" ", "-")}`)).toBe(
    "(MIT OR ISC) AND Zlib AND LicenseRef-My-own AND GPL-2.0-only WITH Classpath-exception-2.0",
  );
});
