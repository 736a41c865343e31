import { defineBuildpack, pass } from "libcnb";
import { build } from "libcnb/testing";
import { expect, test } from "vitest";
import { componentScopes, isDigest, type PackageScope, packagesSbom, packageUrl } from "./packages-sbom.ts";

interface Package {
  readonly name: string;
  readonly scope: PackageScope;
}

const packages: readonly Package[] = [
  { name: "app", scope: "runtime" },
  { name: "a", scope: "runtime" },
  { name: "b", scope: "optional" },
  { name: "c", scope: "development" },
];
const componentOf = ({ name, scope }: Package) => ({ name, type: "library", scope: componentScopes[scope] }) as const;
const isApp = ({ name }: Package): boolean => name === "app";
const describe = {
  components: (some: readonly Package[]) => some.filter((each) => !isApp(each)).map(componentOf),
  subject: (some: readonly Package[]) => some.filter(isApp).map(componentOf)[0],
};

test("the image's SBOM lists no development packages, the build's SBOM lists all packages, and both describe the app", async () => {
  const buildpack = defineBuildpack({
    detect: () => pass(),
    build: () => ({ sbom: packagesSbom(packages, describe) }),
  });
  const { layers } = await build(buildpack);
  const of = (phase: string) => {
    const { metadata, components } = JSON.parse(String(layers[`${phase}.sbom.cdx.json`])) as {
      readonly metadata: { readonly component: { readonly name: string } };
      readonly components: readonly { readonly name: string; readonly scope?: string }[];
    };
    return [metadata.component.name, ...components.map(({ name, scope = "required" }) => `${name} ${scope}`)];
  };
  expect(of("launch")).toEqual(["app", "a required", "b optional"]);
  expect(of("build")).toEqual(["app", "a required", "b optional", "c excluded"]);
});

test.each([
  ["sha256", 64, true],
  ["sha512", 64, false],
  ["sha256", 0, false],
  ["crc32", 8, false],
  ["constructor", 1, false],
])("the check for a valid digest with the algorithm %s and %i digits returns %s", (algorithm, digits, expected) => {
  expect(isDigest(algorithm, "a".repeat(digits))).toBe(expected);
});

test.each([
  [["npm", ["@a", "b"], "1.0.0", ""], "pkg:npm/%40a/b@1.0.0"],
  [["pypi", ["a/b"], "", "?file_name=a"], "pkg:pypi/a%2Fb?file_name=a"],
  [["npm", ["\ud800"], "1+a", ""], "pkg:npm/%EF%BF%BD@1%2Ba"],
] as const)("a Package URL is encoded from %j", ([type, path, version, qualifier], expected) => {
  expect(packageUrl(type, path, version, qualifier)).toBe(expected);
});
