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

/** The error is reported before anything is downloaded or run. */
test.for<[string, FileMap, Readonly<Record<string, string>>, string]>([
  ["a missing JDK", app, { JAVA_HOME: "" }, "the build has no JDK (JDK_MISSING)"],
  ["a JAVA_HOME that is not a JDK", app, { JAVA_HOME: dir }, "the build has no JDK (JDK_MISSING)"],
  [
    "a missing file in BP_MAVEN_POM_FILE",
    app,
    { BP_MAVEN_POM_FILE: "shop.xml" },
    'BP_MAVEN_POM_FILE is "shop.xml", but the app has no such file (MAVEN_POM_MISSING)',
  ],
  [
    "a missing pom.xml",
    { "build.gradle": "" },
    { BP_JAVA_BUILD_TOOL: "maven" },
    "there is no pom.xml in the app (MAVEN_POM_MISSING)",
  ],
  [
    "a missing file in BP_MAVEN_SETTINGS_PATH",
    app,
    { BP_MAVEN_SETTINGS_PATH: "ci/settings.xml" },
    'BP_MAVEN_SETTINGS_PATH is "ci/settings.xml", but the app has no such file (MAVEN_SETTINGS_MISSING)',
  ],
  [
    "a BP_MAVEN_MIRROR that is not a URL",
    app,
    { BP_MAVEN_MIRROR: "nowhere" },
    "BP_MAVEN_MIRROR is not an http, https or file URL (MAVEN_MIRROR_INVALID)",
  ],
  [
    "a wrapper that names an archive without Maven",
    wrapper("other.zip"),
    {},
    `the file at file://${dir}/other.zip, requested by .mvn/wrapper/maven-wrapper.properties, is not a Maven distribution (MAVEN_DISTRIBUTION_INVALID)`,
  ],
  [
    "a wrapper that names a file that is not an archive",
    wrapper("page.zip"),
    {},
    `the file at file://${dir}/page.zip, requested by .mvn/wrapper/maven-wrapper.properties, is not a Maven distribution (MAVEN_DISTRIBUTION_INVALID)`,
  ],
  [
    "a missing directory in BP_JAVA_PROJECT_PATH",
    app,
    { BP_JAVA_PROJECT_PATH: "shop" },
    'BP_JAVA_PROJECT_PATH is "shop": the app has no such directory (JAVA_PROJECT_PATH_INVALID)',
  ],
])("a Maven build fails for %s", async ([, files, env, message]) => {
  const given = { buildpack: buildpackDir, app: files, downloads: "real" } as const;
  const failure = await buildFailure(buildpack, { ...given, env: { JAVA_HOME: jdk, PATH: "/usr/bin:/bin", ...env } });
  expect([failure.exitCode, failure.stderr.split("\n")[0]]).toEqual([1, `ERROR: ${message}`]);
});
