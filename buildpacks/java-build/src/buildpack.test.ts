import { resolve } from "node:path";
import "libcnb/testing/vitest";
import { type DetectFixture, detect } from "libcnb/testing";
import { expect, test } from "vitest";
import buildpack from "./buildpack.ts";

const given = { buildpack: resolve(import.meta.dirname, "..") };

test.for<[string, DetectFixture]>([
  ["Maven", { app: { "pom.xml": "" } }],
  ["Gradle", { app: { "settings.gradle.kts": "" } }],
  ["a project in BP_JAVA_PROJECT_PATH", { app: { "shop/pom.xml": "" }, env: { BP_JAVA_PROJECT_PATH: "shop" } }],
  ["a pom in BP_MAVEN_POM_FILE", { app: { "shop.xml": "" }, env: { BP_MAVEN_POM_FILE: "shop.xml" } }],
])("detect passes for %s", async ([, each]) => {
  const outcome = await detect(buildpack, { ...given, ...each });
  expect(outcome).toPass();
  expect(outcome).toProvide("jvm-application-package");
  expect(outcome).toRequire("jvm-application-package");
  expect(outcome).toRequire("jdk", { build: true });
});

const nothing = "there is no pom.xml, build.gradle or settings.gradle";

test.for<[string, DetectFixture, string]>([
  ["a prebuilt app", { app: { "META-INF/maven/a/b/pom.xml": "", "app.jar": "" } }, nothing],
  ["a wrapper without a project", { app: { mvnw: "", "gradle/wrapper/gradle-wrapper.jar": "" } }, nothing],
  [
    "a BP_JAVA_PROJECT_PATH without a project",
    { app: { "pom.xml": "", "docs/a.md": "" }, env: { BP_JAVA_PROJECT_PATH: "docs" } },
    `${nothing} in docs`,
  ],
])("detect fails for %s", async ([, each, reason]) =>
  expect(await detect(buildpack, { ...given, ...each })).toFail(reason),
);
