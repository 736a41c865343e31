import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildFailure, type FileMap } from "libcnb/testing";
import { afterAll, expect, test } from "vitest";
import { zipOf } from "../../../../test/support/zip.ts";
import buildpack from "../buildpack.ts";

const buildpackDir = join(import.meta.dirname, "../..");
const dir = mkdtempSync(join(tmpdir(), "refusals-"));
afterAll(() => rmSync(dir, { recursive: true }));

const jdk = join(dir, "jdk");
mkdirSync(jdk);
writeFileSync(join(jdk, "release"), 'IMPLEMENTOR="Acme"\nJAVA_VERSION="17.0.19"\n');
writeFileSync(join(dir, "other.zip"), zipOf([{ name: "other/bin/other", text: "#!/bin/sh\n" }]));
writeFileSync(join(dir, "page.zip"), "<html>Please log in</html>");

const app = { "pom.xml": "<project/>" };
const wrapper = (name: string) => ({
  ...app,
  ".mvn/wrapper/maven-wrapper.properties": `distributionUrl=file://${dir}/${name}\n`,
});

/** What is wrong is told before anything is downloaded or run. */
test.for<[string, FileMap, Readonly<Record<string, string>>, string]>([
  ["no JDK", app, { JAVA_HOME: "" }, "there is no JDK to build with (JDK_MISSING)"],
  ["a folder that is not a JDK", app, { JAVA_HOME: dir }, "there is no JDK to build with (JDK_MISSING)"],
  [
    "a pom that is not there",
    app,
    { BP_MAVEN_POM_FILE: "shop.xml" },
    'BP_MAVEN_POM_FILE is "shop.xml", and the app has no such file (MAVEN_POM_MISSING)',
  ],
  ["no pom", { "build.gradle": "" }, { BP_JAVA_BUILD_TOOL: "maven" }, "there is no pom.xml (MAVEN_POM_MISSING)"],
  [
    "settings that are not there",
    app,
    { BP_MAVEN_SETTINGS_PATH: "ci/settings.xml" },
    'BP_MAVEN_SETTINGS_PATH is "ci/settings.xml", and the app has no such file (MAVEN_SETTINGS_MISSING)',
  ],
  [
    "a mirror that is not an address",
    app,
    { BP_MAVEN_MIRROR: "nowhere" },
    "BP_MAVEN_MIRROR is not an http, https or file address (MAVEN_MIRROR_INVALID)",
  ],
  [
    "a wrapper that names something else",
    wrapper("other.zip"),
    {},
    `the archive that .mvn/wrapper/maven-wrapper.properties names is not Maven: file://${dir}/other.zip (MAVEN_DISTRIBUTION_INVALID)`,
  ],
  [
    "a wrapper that names no archive",
    wrapper("page.zip"),
    {},
    `the archive that .mvn/wrapper/maven-wrapper.properties names is not Maven: file://${dir}/page.zip (MAVEN_DISTRIBUTION_INVALID)`,
  ],
  [
    "a folder that is not there",
    app,
    { BP_JAVA_PROJECT_PATH: "shop" },
    'BP_JAVA_PROJECT_PATH is "shop": the app has no such folder (JAVA_PROJECT_PATH_INVALID)',
  ],
])("Maven refuses %s", async ([, files, env, message]) => {
  const given = { buildpack: buildpackDir, app: files, downloads: "real" } as const;
  const failure = await buildFailure(buildpack, { ...given, env: { JAVA_HOME: jdk, PATH: "/usr/bin:/bin", ...env } });
  expect([failure.exitCode, failure.stderr.split("\n")[0]]).toEqual([1, `ERROR: ${message}`]);
});
