import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { pathsWith } from "@libcnb/app-kit/test-outcome";
import type { FileMap } from "libcnb/testing";
import { afterAll, describe, expect, test } from "vitest";
import { gradleWrapper } from "../../../../test/support/java/gradle-archives.ts";
import { componentsIn } from "../build-tool.conformance.ts";
import { buildLines } from "../test-app.ts";
import { modules, shop, source } from "./test-apps.ts";
import { gradleMachine } from "./test-gradle.ts";

const machine = await gradleMachine();
afterAll(() => machine[Symbol.asyncDispose]());

const names = (files: FileMap): readonly string[] => Object.keys(files).toSorted();
const left = ["bin/shop", "bin/shop.bat", "lib/shop-1.0.0.jar", "lib/slf4j-api-2.0.13.jar"];
const official = "https://services.gradle.org/distributions/gradle-4.4.1-bin.zip";
const opens = { GRADLE_OPTS: "-XX:TieredStopAtLevel=1" };

describe("Gradle", { timeout: 900_000 }, () => {
  test("runs in the wrapper's version even if the wrapper's script or jar is broken", async () => {
    const { "gradle/wrapper/gradle-wrapper.properties": properties = "" } = await gradleWrapper(official);
    const app = { ...shop, gradlew: "#!/bin/sh\r\nexit 1\r\n", "gradle/wrapper/gradle-wrapper.properties": properties };
    const outcome = await machine.build(app, { env: { BP_GRADLE_VERSION: "" } });
    expect(names(outcome.app)).toEqual(left);
    expect(outcome.log).toContain("Gradle 4.4.1 (gradle/wrapper/gradle-wrapper.properties)");
  });

  test("builds a requested module or artifact, and lists the candidates if none is requested", async () => {
    const failure = await machine.fails(modules);
    expect(failure).toContain("tools/worker/build/distributions/worker-1.0.0.zip\n");
    expect(failure).toContain("web/build/libs/web-1.0.0.war");
    expect(failure).toContain("BP_GRADLE_BUILT_MODULE");
    const web = await machine.build(modules, { env: { BP_GRADLE_BUILT_MODULE: "web" } });
    expect(names(web.app)).toEqual([
      "META-INF/MANIFEST.MF",
      "WEB-INF/classes/com/example/Web.class",
      "WEB-INF/lib/core-1.0.0.jar",
      "WEB-INF/lib/logback-core-1.2.3.jar",
      "WEB-INF/lib/slf4j-api-2.0.13.jar",
    ]);
    expect(componentsIn(web.layers)).toEqual(["core 1.0.0", "logback-core 1.2.3", "slf4j-api 2.0.13"]);
    const worker = await machine.build(modules, {
      env: { BP_GRADLE_BUILT_ARTIFACT: "tools/worker/build/distributions/*.tar" },
    });
    expect(names(worker.app).filter((name) => name.endsWith(".jar"))).toEqual([
      "lib/core-1.0.0.jar",
      "lib/slf4j-api-2.0.13.jar",
      "lib/worker-1.0.0.jar",
    ]);
  });

  test("builds a module within its parent build", async () => {
    const outcome = await machine.build(modules, { env: { BP_JAVA_PROJECT_PATH: "tools/worker" } });
    expect(names(outcome.app).filter((name) => name.startsWith("bin/"))).toEqual(["bin/worker", "bin/worker.bat"]);
    expect(componentsIn(outcome.layers)).toEqual(["core 1.0.0", "slf4j-api 2.0.13"]);
  });

  test("uses tasks, other build files and init scripts named by environment variables", async () => {
    const app = {
      ...Object.fromEntries(Object.entries(shop).filter(([path]) => path !== "build.gradle")),
      "other.gradle": String(shop["build.gradle"]),
      "ci/init.gradle": "allprojects { afterEvaluate { version = '7' } }\n",
    };
    const env = {
      BP_GRADLE_BUILD_FILE: "other.gradle",
      BP_GRADLE_INIT_SCRIPT_PATH: "ci/init.gradle",
      BP_GRADLE_BUILD_ARGUMENTS: "--daemon installDist",
      BP_GRADLE_ADDITIONAL_BUILD_ARGUMENTS: "--info",
    };
    const outcome = await machine.build(app, { env });
    // with another build file Gradle 4 reads no settings
    expect(names(outcome.app)).toEqual(["bin/app", "bin/app.bat", "lib/app-7.jar", "lib/slf4j-api-2.0.13.jar"]);
    expect(outcome.log).toContain("The image contains build/install/app");
    expect(outcome.log.join("\n")).toMatch(/Selected primary task 'installDist'/);
  });

  test("leaves credentials neither in the image nor in the log, and no daemon running", async () => {
    const app = {
      ...shop,
      "gradle.properties": "org.gradle.jvmargs=-Xmx301m -XX:TieredStopAtLevel=1\n",
      "build.gradle": `${shop["build.gradle"]}
println "the password is \${repoPassword}, that of a variable \${otherToken}"
`,
    };
    const login = { type: "gradle", "gradle.properties": "repoUser=me\nrepoPassword=s3cret-by-binding\n" };
    const more = { env: { ORG_GRADLE_PROJECT_otherToken: "s3cret-by-variable" }, bindings: { login } };
    const outcome = await machine.build(app, more);
    expect(outcome.log).toContain("the password is ***, that of a variable ***");
    expect(pathsWith("s3cret", outcome)).toEqual([]);
    // that JVM was a process of its own
    const { stdout } = await promisify(execFile)("ps", ["-eo", "args"]);
    expect(stdout.split("\n").filter((line) => line.includes("-Xmx301m"))).toEqual([]);
    const other = { ...login, "gradle.properties": "repoUser=you\nrepoPassword=another\n" };
    const again = await machine.build(app, { ...more, layers: outcome.layers, bindings: { login: other } });
    expect(buildLines(again.log)).toEqual([expect.stringMatching(/^Reusing/)]);
  });

  test("reports dependencies that are missing in an offline build", async () => {
    const bindings = { repository: { type: "gradle", "gradle.properties": "x=y" } };
    const edited = { ...shop, [source]: `${shop[source]}// edited` };
    const failure = await machine.fails(edited, {
      bindings,
      layers: {},
      env: { BP_GRADLE_BUILD_ARGUMENTS: "--offline assemble" },
    });
    expect(failure).toContain("slf4j-api:2.0.13");
  });

  test("resolves snapshots and dynamic versions again", async () => {
    const app = { ...shop, "build.gradle": String(shop["build.gradle"]).replace("2.0.13'", "2.0.+'") };
    const first = await machine.build(app);
    const second = await machine.build(app, { layers: first.layers });
    expect(buildLines(second.log)).toEqual([
      "Building with Gradle (build.gradle requests org.slf4j:slf4j-api:2.0.+, which can resolve to a different version each time)",
    ]);
  });

  test("gives an SBOM with the components that `gradle dependencies` lists", async () => {
    const app = {
      ...shop,
      "build.gradle": `${String(shop["build.gradle"]).replace("slf4j-api:2.0.13", "slf4j-api:2.0.9")}
dependencies {
  implementation 'ch.qos.logback:logback-classic:1.4.14'
  implementation 'com.fasterxml.jackson.core:jackson-databind:2.15.3'
  runtimeOnly 'io.netty:netty-transport-native-epoll:4.1.100.Final:linux-x86_64'
  compileOnly 'com.google.code.findbugs:jsr305:3.0.2'
}
`,
    };
    const arguments_ = "assemble dependencies --configuration runtimeClasspath";
    const outcome = await machine.build(app, { env: { ...opens, BP_GRADLE_BUILD_ARGUMENTS: arguments_ } });
    const listed = outcome.log.flatMap((line) => {
      const [, name, asked, chosen] = /^[+\\| -]*--- [\w.-]+:([\w.-]+):([\w.-]+)(?: -> ([\w.-]+))?/.exec(line) ?? [];
      return name === undefined ? [] : [`${name} ${chosen ?? asked}`];
    });
    expect(listed.length).toBeGreaterThan(10);
    expect(componentsIn(outcome.layers)).toEqual([...new Set(listed)].toSorted());
  });
});
