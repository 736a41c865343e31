import type { FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import { inApp } from "../test-app.ts";
import { outputsOf, readBuildFiles } from "./modules.ts";

const caches = [".gradle", ".kotlin", "buildSrc/.gradle", "buildSrc/.kotlin", "buildSrc/build"];

test.each<[string, FileMap, string, readonly string[], readonly string[]]>([
  ["a build of one project", { "build.gradle": "" }, "", [""], ["build", ...caches]],
  ["settings without a build file", { "settings.gradle.kts": "" }, "", [""], ["build", ...caches]],
  [
    "modules in settings and modules with only a build file",
    {
      "settings.gradle": "include 'core', ':web'\ninclude('tools:worker') // include 'old'\n/* include 'older' */",
      "extra/build.gradle": "",
    },
    "",
    ["", "core", "extra", "tools/worker", "web"],
    ["build", "core/build", "extra/build", "tools/worker/build", "web/build", ...caches],
  ],
  [
    "settings in Kotlin over several lines",
    { "settings.gradle.kts": 'include(\n  "core",\n  ":shop:web",\n)\n', "build.gradle.kts": "" },
    "",
    ["", "core", "shop/web"],
    ["build", "core/build", "shop/web/build", ...caches],
  ],
  [
    "settings with 100000 blanks and unfinished comments",
    { "settings.gradle": `include${" ".repeat(100_000)}x\ninclude 'core'\n${"/* ".repeat(500_000)}` },
    "",
    ["", "core"],
    ["build", "core/build", ...caches],
  ],
  [
    "settings that name directories outside the app",
    { "settings.gradle": "include '../../etc', 'a/../b', 'x:..:..:..:y', '.', '/etc'" },
    "",
    ["", "b"],
    ["build", "b/build", ...caches],
  ],
  [
    "a module of a larger build",
    { "settings.gradle": "include 'shop', 'lib'", "shop/build.gradle": "" },
    "shop",
    ["", "lib", "shop"],
    ["build", "lib/build", "shop/build", ...caches],
  ],
  [
    "a build next to builds in other directories",
    { "shop/settings.gradle": "", "shop/build.gradle": "", "other/build.gradle": "" },
    "shop",
    ["shop"],
    ["shop/build", ...caches.map((path) => `shop/${path}`)],
  ],
  [
    "a module with the name build",
    { "settings.gradle": "include 'build'", "build/build.gradle": "", "build/build/tmp/build.gradle": "" },
    "",
    ["", "build"],
    ["build/build", ...caches],
  ],
  [
    "a project with build files of samples and npm packages",
    { "build.gradle": "", "src/test/resources/build.gradle": "", "node_modules/x/build.gradle": "" },
    "",
    [""],
    ["build", ...caches],
  ],
])("the modules of a Gradle build are found for %s", async (_, app, dir, modules, outputs) => {
  const files = await inApp(app, (found) => readBuildFiles(found, dir));
  expect({ modules: files.modules, outputs: outputsOf(files).toSorted() }).toEqual({
    modules,
    outputs: outputs.toSorted(),
  });
});
