import { detect, type FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import javaStart from "./buildpack.ts";
import { buildpack, built as builtApp, type Env, gradleScript, jar, manifest } from "./test-build.ts";

const jre = { name: "jre", metadata: { launch: true } };
const application = { name: "jvm-application-package" };
const built = { provides: [], requires: [application, jre] };
const asItIs = { provides: [], requires: [jre] };

const main = { "Main-Class": "com.example.App" };
const starting = jar(main);
const distribution: FileMap = { "bin/shop": gradleScript, "lib/shop-1.0.jar": jar({}) };

describe("detect", () => {
  test.for<[string, FileMap]>([
    ["pom.xml", { "pom.xml": "" }],
    ["build.gradle.kts", { "build.gradle.kts": "", "package.json": "{}" }],
    ["pom.xml beside a jar that does not start", { "pom.xml": "", "tool.jar": jar({}) }],
  ])("passes with %s, if it is built", async ([, app]) => {
    expect(await detect(javaStart, { buildpack, app })).toMatchObject({ outcome: "pass", plan: [built] });
  });

  test.for<[string, FileMap, Env]>([
    ["a jar that starts", { "shop.jar": starting }, {}],
    ["a WAR", { "shop.war": jar({}, { "WEB-INF/web.xml": "" }) }, {}],
    ["an unpacked jar", { "META-INF/MANIFEST.MF": manifest(main), "package.json": "{}" }, {}],
    ["an unpacked WAR", { "WEB-INF/web.xml": "" }, {}],
    ["Quarkus' folder", { "quarkus-app/quarkus-run.jar": starting }, {}],
    ["what is in Quarkus' folder", { "quarkus-run.jar": starting }, {}],
    ["a distribution", distribution, {}],
    ["a distribution in a folder", { "shop-1.0/bin/shop": gradleScript, "shop-1.0/lib/shop-1.0.jar": jar({}) }, {}],
    ["a Procfile", { Procfile: "web: java -cp classes App", "package.json": "{}" }, {}],
    ["a jar in a folder", { "apps/shop/shop.jar": starting }, { BP_JAVA_PROJECT_PATH: "apps/shop" }],
    ["a jar that is named", { "x.py": "" }, { BP_EXECUTABLE_JAR_LOCATION: "jars/x.jar" }],
    ["a script that is named", { "x.py": "" }, { BP_APPLICATION_SCRIPT: "bin/x" }],
    ["a command", {}, { BP_JAVA_START: "java -version" }],
  ])("passes with %s, which is in the app", async ([, app, env]) => {
    expect(await detect(javaStart, { buildpack, app, env })).toMatchObject({ outcome: "pass", plan: [built, asItIs] });
  });

  const tools = "is known to start (a manifest with Main-Class), or they are tools of an app in another language.";

  test.for<[string, FileMap, string]>([
    [
      "an app in another language",
      { "package.json": "{}" },
      "the app has no pom.xml, build.gradle or build.gradle.kts",
    ],
    ["its tools", { "package.json": "{}", "plantuml.jar": starting }, `none of plantuml.jar ${tools}`],
    ["jars of PySpark", { "driver.py": "", "spark.jar": starting }, `none of spark.jar ${tools}`],
    ["a jar that does not start", { "shop.jar": jar({}) }, `none of shop.jar ${tools}`],
    ["what is not a jar", { "shop.jar": "a pointer of git LFS" }, `none of shop.jar ${tools}`],
    ["a program of Node.js", { "bin/x": "#!/usr/bin/env node\n", "lib/x.js": "" }, "the app has no pom.xml"],
    [
      "a Procfile in another language",
      { Procfile: "web: node x.js", "shop.jar": starting },
      `none of shop.jar ${tools}`,
    ],
    ["the jar of a wrapper", { "gradle/wrapper/gradle-wrapper.jar": starting }, "the app has no pom.xml"],
    ["sources alone", { "App.java": "" }, "the app has neither pom.xml nor build.gradle"],
  ])("fails for %s", async ([, app, reason]) => {
    expect(await detect(javaStart, { buildpack, app })).toMatchObject({
      outcome: "fail",
      reason: expect.stringContaining(`no Java app: ${reason}`),
    });
  });

  test("a missing project directory is an error", async () => {
    const env = { BP_JAVA_PROJECT_PATH: "api" };
    await expect(detect(javaStart, { buildpack, app: {}, env })).rejects.toMatchObject({
      code: "JAVA_PROJECT_PATH_INVALID",
    });
  });
});

test("BP_WRITABLE_PATHS makes paths group-writable", async () => {
  const { outcome } = await builtApp({ "shop.jar": starting }, { BP_WRITABLE_PATHS: "logs" });
  expect(outcome.log).toContain("The app may write to logs (BP_WRITABLE_PATHS)");
});
