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
    ["pom.xml next to a jar that is not executable", { "pom.xml": "", "tool.jar": jar({}) }],
  ])("passes for an app with %s that another buildpack builds", async ([, app]) => {
    expect(await detect(javaStart, { buildpack, app })).toMatchObject({ outcome: "pass", plan: [built] });
  });

  test.for<[string, FileMap, Env]>([
    ["an executable jar", { "shop.jar": starting }, {}],
    ["a WAR", { "shop.war": jar({}, { "WEB-INF/web.xml": "" }) }, {}],
    ["an unpacked jar", { "META-INF/MANIFEST.MF": manifest(main), "package.json": "{}" }, {}],
    ["an unpacked WAR", { "WEB-INF/web.xml": "" }, {}],
    ["the directory of a Quarkus app", { "quarkus-app/quarkus-run.jar": starting }, {}],
    ["the contents of the directory of a Quarkus app", { "quarkus-run.jar": starting }, {}],
    ["a distribution", distribution, {}],
    [
      "a distribution in a subdirectory",
      { "shop-1.0/bin/shop": gradleScript, "shop-1.0/lib/shop-1.0.jar": jar({}) },
      {},
    ],
    ["a Procfile that runs Java", { Procfile: "web: java -cp classes App", "package.json": "{}" }, {}],
    ["a jar in BP_JAVA_PROJECT_PATH", { "apps/shop/shop.jar": starting }, { BP_JAVA_PROJECT_PATH: "apps/shop" }],
    ["a BP_EXECUTABLE_JAR_LOCATION", { "x.py": "" }, { BP_EXECUTABLE_JAR_LOCATION: "jars/x.jar" }],
    ["a BP_APPLICATION_SCRIPT", { "x.py": "" }, { BP_APPLICATION_SCRIPT: "bin/x" }],
    ["a BP_JAVA_START", {}, { BP_JAVA_START: "java -version" }],
  ])("passes with %s, even without a buildpack that builds the app", async ([, app, env]) => {
    expect(await detect(javaStart, { buildpack, app, env })).toMatchObject({ outcome: "pass", plan: [built, asItIs] });
  });

  const tools = "have no Main-Class in the manifest, or are probably tools of an app in another language.";

  test.for<[string, FileMap, string]>([
    [
      "an app in another language",
      { "package.json": "{}" },
      "the app has no pom.xml, build.gradle or build.gradle.kts",
    ],
    [
      "executable jars that are tools of another language",
      { "package.json": "{}", "plantuml.jar": starting },
      `the jars of the app (plantuml.jar) ${tools}`,
    ],
    ["jars of a PySpark app", { "driver.py": "", "spark.jar": starting }, `the jars of the app (spark.jar) ${tools}`],
    ["a jar that is not executable", { "shop.jar": jar({}) }, `the jars of the app (shop.jar) ${tools}`],
    [
      "a file with the extension jar that is not a jar",
      { "shop.jar": "a pointer of git LFS" },
      `the jars of the app (shop.jar) ${tools}`,
    ],
    ["a Node.js program", { "bin/x": "#!/usr/bin/env node\n", "lib/x.js": "" }, "the app has no pom.xml"],
    [
      "a Procfile of another language",
      { Procfile: "web: node x.js", "shop.jar": starting },
      `the jars of the app (shop.jar) ${tools}`,
    ],
    ["the jar of a Gradle wrapper", { "gradle/wrapper/gradle-wrapper.jar": starting }, "the app has no pom.xml"],
    ["Java sources without a build tool", { "App.java": "" }, "the app has neither pom.xml nor build.gradle"],
  ])("fails for %s", async ([, app, reason]) => {
    expect(await detect(javaStart, { buildpack, app })).toMatchObject({
      outcome: "fail",
      reason: expect.stringContaining(`no Java app: ${reason}`),
    });
  });

  test("fails with an error for a missing project directory", async () => {
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
