import type { FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import { inApp } from "../test-app.ts";
import { outputsOf, readBuildFiles } from "./modules.ts";

const caches = [".gradle", ".kotlin", "buildSrc/.gradle", "buildSrc/.kotlin", "buildSrc/build"];

test.each<[string, FileMap, string, readonly string[], readonly string[]]>([
  ["one project", { "build.gradle": "" }, "", [""], ["build", ...caches]],
  ["settings alone", { "settings.gradle.kts": "" }, "", [""], ["build", ...caches]],
  [
    "modules by settings and by their files",
    {
      "settings.gradle": "include 'core', ':web'\ninclude('tools:worker') // include 'old'\n/* include 'older' */",
      "extra/build.gradle": "",
    },
    "",
    ["", "core", "extra", "tools/worker", "web"],
    ["build", "core/build", "extra/build", "tools/worker/build", "web/build", ...caches],
  ],
  [
    "settings in Kotlin, over several lines",
    { "settings.gradle.kts": 'include(\n  "core",\n  ":shop:web",\n)\n', "build.gradle.kts": "" },
    "",
    ["", "core", "shop/web"],
    ["build", "core/build", "shop/web/build", ...caches],
  ],
  [
    "blanks and comments without end",
    { "settings.gradle": `include${" ".repeat(100_000)}x\ninclude 'core'\n${"/* ".repeat(500_000)}` },
    "",
    ["", "core"],
    ["build", "core/build", ...caches],
  ],
  [
    "nothing outside of the app",
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
    "a build beside others",
    { "shop/settings.gradle": "", "shop/build.gradle": "", "other/build.gradle": "" },
    "shop",
    ["shop"],
    ["shop/build", ...caches.map((path) => `shop/${path}`)],
  ],
  [
    "a module that is called build is source, and what is written is none",
    { "settings.gradle": "include 'build'", "build/build.gradle": "", "build/build/tmp/build.gradle": "" },
    "",
    ["", "build"],
    ["build/build", ...caches],
  ],
  [
    "build files of samples and of Node.js are not modules",
    { "build.gradle": "", "src/test/resources/build.gradle": "", "node_modules/x/build.gradle": "" },
    "",
    [""],
    ["build", ...caches],
  ],
])("Gradle modules: %s", async (_, app, dir, modules, outputs) => {
  const files = await inApp(app, (found) => readBuildFiles(found, dir));
  expect({ modules: files.modules, outputs: outputsOf(files).toSorted() }).toEqual({
    modules,
    outputs: outputs.toSorted(),
  });
});
