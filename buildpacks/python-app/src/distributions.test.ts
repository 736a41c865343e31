import { expect, test } from "vitest";
import { distributionsAmong, normalizedName } from "./distributions.ts";

test.each([
  ["Flask", "flask"],
  ["ruamel.yaml", "ruamel-yaml"],
  ["A__b.-C", "a-b-c"],
])("the package name %s is normalized to %s", (name, expected) => {
  expect(normalizedName(name)).toBe(expected);
});

test.each<[string, string, string, string | undefined]>([
  ["a name and a version", "Flask-3.1.2.dist-info", "Flask", "3.1.2"],
  ["a local version", "ruamel_yaml-0.18.6+local.1.dist-info", "ruamel_yaml", "0.18.6+local.1"],
  ["a dash in the name", "zope-interface-7.0.dist-info", "zope-interface", "7.0"],
  ["a Python version", "old-1.0-py3.14.egg-info", "old", "1.0"],
  ["no version", "old_1.egg-info", "old_1", undefined],
])(
  "the name and version of an installed package are read from a directory name with %s: %s",
  (_, folder, name, version) => {
    expect(distributionsAmong([folder])).toEqual([{ name, version }]);
  },
);

test("files and other directories in site-packages are not read as packages", () => {
  expect(distributionsAmong(["flask", "__pycache__", ".dist-info", "a.pth", "x.dist-info.bak"])).toEqual([]);
});
