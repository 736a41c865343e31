import { expect, test } from "vitest";
import { licensesOf, licensesOfBundle, type NamedLicense } from "./licenses.ts";

const named = (...names: readonly string[]): readonly NamedLicense[] => names.map((name) => ({ name }));

/** The names or URLs of licenses, for the title of a test. */
const titleOf = (licenses: readonly NamedLicense[]) =>
  licenses.map(({ name, url }) => `"${(name ?? url ?? "").replaceAll(/\s+/g, " ").slice(0, 80)}"`).join(" and ");
const inPoms: readonly (readonly [readonly NamedLicense[], readonly string[]])[] = [
  [named("Apache License, Version 2.0"), ["Apache-2.0"]],
  [named("The Apache Software License, Version 2.0"), ["Apache-2.0"]],
  [named("The Apache License, Version 2.0"), ["Apache-2.0"]],
  [named("Apache-2.0"), ["Apache-2.0"]],
  [named("Apache 2"), ["Apache-2.0"]],
  [named("ASL 2.0"), ["Apache-2.0"]],
  [named("The MIT License"), ["MIT"]],
  [named("MIT-0"), ["MIT-0"]],
  [named("Eclipse Public License - v 1.0"), ["EPL-1.0"]],
  [named("Eclipse Public License v2.0"), ["EPL-2.0"]],
  [named("EPL 2.0", "GPL2 w/ CPE"), ["EPL-2.0 OR GPL-2.0-only WITH Classpath-exception-2.0"]],
  [named("EDL 1.0"), ["BSD-3-Clause"]],
  [named("Eclipse Distribution License - v 1.0"), ["BSD-3-Clause"]],
  [named("Public Domain, per Creative Commons CC0", "BSD-2-Clause"), ["BSD-2-Clause OR CC0-1.0"]],
  [
    named("Eclipse Public License - v 1.0", "GNU Lesser General Public License"),
    ["EPL-1.0", "GNU Lesser General Public License"],
  ],
  [named("MIT", "MIT License"), ["MIT"]],
  [
    named("GNU General Public License, version 2 with the GNU Classpath Exception"),
    ["GPL-2.0-only WITH Classpath-exception-2.0"],
  ],
  [named("BSD License"), ["BSD License"]],
  [named("BSD-3-Clause"), ["BSD-3-Clause"]],
  [named("CDDL 1.1"), ["CDDL-1.1"]],
  [[{ name: "Licence of ours", url: "https://www.apache.org/licenses/LICENSE-2.0.txt" }], ["Apache-2.0"]],
  [[{ url: "http://www.eclipse.org/legal/epl-2.0/" }], ["EPL-2.0"]],
  [[{ url: "https://a.test/licence" }], ["https://a.test/licence"]],
  [named("Our\n  own  licence"), ["Our own licence"]],
  [named("x".repeat(10_000), ""), []],
  [[{}], []],
];
test.for(inPoms.map(([given, expected]) => [titleOf(given), expected, given] as const))(
  "the licenses %s of a pom.xml are normalized to %j",
  ([, expected, given]) => {
    expect(licensesOf(given)).toEqual(expected);
  },
);

test.for<[string, readonly string[]]>([
  ["https://www.apache.org/licenses/LICENSE-2.0.txt", ["Apache-2.0"]],
  ['Apache-2.0;link="https://a.test",MIT', ["Apache-2.0 OR MIT"]],
  ['"Apache License 2.0";link="http://www.apache.org/licenses/LICENSE-2.0"', ["Apache-2.0"]],
  ["", []],
])("the OSGi header Bundle-License %j is read as the licenses %j", ([header, expected]) => {
  expect(licensesOfBundle(header)).toEqual(expected);
});
