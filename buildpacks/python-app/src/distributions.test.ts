import { expect, test } from "vitest";
import { distributionsAmong, normalizedName } from "./distributions.ts";

test.each([
  ["Flask", "flask"],
  ["ruamel.yaml", "ruamel-yaml"],
  ["A__b.-C", "a-b-c"],
])("%s is compared as %s", (name, expected) => {
  expect(normalizedName(name)).toBe(expected);
});

test.each<[string, string, string | undefined]>([
  ["Flask-3.1.2.dist-info", "Flask", "3.1.2"],
  ["ruamel_yaml-0.18.6+local.1.dist-info", "ruamel_yaml", "0.18.6+local.1"],
  ["zope-interface-7.0.dist-info", "zope-interface", "7.0"],
  ["old-1.0-py3.14.egg-info", "old", "1.0"],
  ["old_1.egg-info", "old_1", undefined],
])("%s is the package %s %s", (folder, name, version) => {
  expect(distributionsAmong([folder])).toEqual([{ name, version }]);
});

test("other file names are not packages", () => {
  expect(distributionsAmong(["flask", "__pycache__", ".dist-info", "a.pth", "x.dist-info.bak"])).toEqual([]);
});
