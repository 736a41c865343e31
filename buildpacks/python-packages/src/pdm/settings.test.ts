import { expect, test } from "vitest";
import type { PackageIndex } from "../package-manager.ts";
import { settingsText } from "./settings.ts";

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
  ["none", [[], app], ""],
  ["one besides the public one", [[own], []], `[pypi."own"]\n${lines}`],
  ["one instead of it", [[{ ...own, isDefault: true }], []], `[pypi]\n${lines}`],
  ["one that the app has by another name", [[own], app], `[pypi."internal"]\n${lines}`],
  [
    "one that the app has, instead of the public one too",
    [[{ ...own, isDefault: true }], app],
    `[pypi]\n${lines}\n[pypi."internal"]\n${lines}`,
  ],
  ["a login by the app's name", [[{ ...own, name: "internal", url: undefined }], app], `[pypi."internal"]\n${login}`],
])("settings of PDM: %s", ([, given, expected]) => expect(settingsText(...given)).toBe(expected));
