import { expect, test } from "vitest";
import { defineBuildpack } from "../buildpack.ts";
import { fail } from "../detect.ts";
import { detect } from "../testing/index.ts";
import { readProject } from "./read-project.ts";

const named = defineBuildpack({ detect: async ({ app }) => fail(`${(await readProject(app))?.name}`), build() {} });
const reading = (app: Record<string, string | Uint8Array>) => detect(named, { app });

test("an app's project.toml is read if the app has one", async () => {
  expect(await reading({ "project.toml": `[_]\nname = "Shop"` })).toMatchObject({ reason: "Shop" });
  expect(await reading({})).toMatchObject({ reason: "undefined" });
});

test.for<[string, Record<string, string | Uint8Array>, object]>([
  [
    "with values of wrong types",
    { "project.toml": "[_]\nname = 1" },
    { code: "APP_FILE_INVALID", cause: "_.name: expected a string, got 1" },
  ],
  ["that is not TOML", { "project.toml": "[_" }, { code: "TOML_INVALID" }],
  ["that is not UTF-8", { "project.toml": Uint8Array.of(0xff) }, { code: "APP_FILE_INVALID" }],
  ["that is a symbolic link out of the app", { "project.toml": "-> /etc/hostname" }, { code: "APP_PATH_OUTSIDE" }],
  ["that is a directory", { "project.toml/": "" }, { code: "APP_FILE_INVALID" }],
])("a project.toml %s is refused", async ([, app, error]) => {
  await expect(reading(app)).rejects.toMatchObject(error);
});
