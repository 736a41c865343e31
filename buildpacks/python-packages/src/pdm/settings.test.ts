import { expect, test } from "vitest";
import type { PackageIndex } from "../package-manager.ts";
import { settingsText } from "./pdm.ts";

const own: PackageIndex = {
  name: "own",
  url: "https://own.test/simple",
  isDefault: false,
  username: "me",
  password: 's3"cret',
};
const login = `username = "me"\npassword = "s3\\"cret"\n`;
const lines = `url = "https://own.test/simple"\n${login}`;
const app = [{ name: "internal", url: "https://$" + "{USER}@own.test/simple/" }];

test.for<[string, Parameters<typeof settingsText>, string]>([
  ["no index without bindings", [[], app], ""],
  ["a bound index in addition to PyPI", [[own], []], `[pypi."own"]\n${lines}`],
  ["a bound default index instead of PyPI", [[{ ...own, isDefault: true }], []], `[pypi]\n${lines}`],
  ["a bound index under the name that the app has for its URL", [[own], app], `[pypi."internal"]\n${lines}`],
  [
    "a bound default index under both the app's name and pypi",
    [[{ ...own, isDefault: true }], app],
    `[pypi]\n${lines}\n[pypi."internal"]\n${lines}`,
  ],
  [
    "credentials under the app's name of the index",
    [[{ ...own, name: "internal", url: undefined }], app],
    `[pypi."internal"]\n${login}`,
  ],
])("the settings file for PDM has %s", ([, given, expected]) => expect(settingsText(...given)).toBe(expected));
