import { join } from "node:path";
import { defineBuildpack, pass } from "libcnb";
import { build, type FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import type { Settings } from "../config.ts";
import { includedFiles, replaceSource } from "./replace.ts";

const source = {
  "pom.xml": "",
  "src/A.java": "",
  "config/prod.yml": "",
  "config/.secret": "",
  "config/deep/more.yml": "",
  "data/a.csv": "",
  "shop/Procfile": "web: a",
};

/** The files of an app after what was built has taken the place of its source. */
async function replaced(app: FileMap, settings: Partial<Settings>, dir = ""): Promise<readonly string[]> {
  const buildpack = defineBuildpack({
    detect: () => pass(),
    build({ app, layers }) {
      replaceSource(app.dir, dir, join(layers.dir, "built"), includedFiles(settings as Settings));
    },
  });
  const outcome = await build(buildpack, { app, layers: { "built/META-INF/MANIFEST.MF": "", "built/bin/start": "" } });
  return Object.keys(outcome.app).toSorted();
}

const built = ["META-INF/MANIFEST.MF", "bin/start"];

test.for<[string, Partial<Settings>, readonly string[]]>([
  ["by default", {}, []],
  ["except the files in BP_INCLUDE_FILES", { BP_INCLUDE_FILES: "data/*:src/A.java" }, ["data/a.csv", "src/A.java"]],
  [
    "except the contents of a directory in BP_INCLUDE_FILES",
    { BP_INCLUDE_FILES: "./config/" },
    ["config/.secret", "config/deep/more.yml", "config/prod.yml"],
  ],
  [
    "except files in BP_INCLUDE_FILES that BP_EXCLUDE_FILES does not name",
    { BP_INCLUDE_FILES: "config", BP_EXCLUDE_FILES: "config/.*:**/deep" },
    ["config/prod.yml"],
  ],
])("the artifact of the build replaces all sources of the app %s", async ([, settings, kept]) =>
  expect(await replaced(source, settings)).toEqual([...built, ...kept].toSorted()),
);

test("a Procfile is kept and moved next to the artifact", async () => {
  expect(await replaced({ "pom.xml": "", Procfile: "web: a" }, {})).toEqual([
    "META-INF/MANIFEST.MF",
    "Procfile",
    "bin/start",
  ]);
  expect(await replaced(source, {}, "shop")).toEqual(["META-INF/MANIFEST.MF", "Procfile", "bin/start"]);
});
