import "libcnb/testing/vitest";
import { buildFailure, type FileMap } from "libcnb/testing";
import { afterAll, expect, test } from "vitest";
import { pom } from "../../../../test/support/java/apps.ts";
import { mavenWrapper } from "../../../../test/support/java/maven-archives.ts";
import { settingsFor } from "../../../../test/support/java/maven-repository.ts";
import { componentsIn } from "../build-tool.conformance.ts";
import buildpack from "../buildpack.ts";
import { buildLines } from "../test-app.ts";
import { mainClass, modules, shop, source } from "./test-apps.ts";
import { mavenMachine } from "./test-maven.ts";

const timeout = 600_000;
const machine = await mavenMachine();
afterAll(() => machine[Symbol.asyncDispose]());

const named = (log: readonly string[]): readonly string[] => log.filter((line) => /^Maven \S+ .*\)$/.test(line));
const left = ({ app }: { readonly app: FileMap }): readonly string[] => Object.keys(app).toSorted();

const wrapper = await mavenWrapper("3.8.8");
const properties = ".mvn/wrapper/maven-wrapper.properties";

test.for<[string, FileMap, Readonly<Record<string, string>>, string]>([
  [
    "BP_MAVEN_VERSION",
    { ...shop, [properties]: wrapper.properties },
    { BP_MAVEN_VERSION: "3.8" },
    "3.8.9 (BP_MAVEN_VERSION)",
  ],
  [
    "the wrapper, even with a broken script,",
    { ...shop, mvnw: "exit 1\r\n", [properties]: wrapper.properties },
    {},
    `3.8.8 (${properties})`,
  ],
  [".sdkmanrc", { ...shop, ".sdkmanrc": "java=17-open\nmaven=3.9.11\n" }, {}, "3.9.11 (.sdkmanrc)"],
  ["system.properties", { ...shop, "system.properties": "maven.version=3.9.12" }, {}, "3.9.12 (system.properties)"],
])(
  "the Maven version of %s builds the app, and the log reports the source of the version",
  { timeout },
  async ([, app, env, expected]) => {
    const outcome = await machine.build(app, { env });
    expect(named(outcome.log)).toEqual([`Maven ${expected}`]);
    // also what a wrapper names comes from BP_MAVEN_MIRROR
    expect(machine.archives.at(-1)).toMatch(new RegExp(`^/apache-maven-${expected.split(" ")[0]}-bin\\.`));
    expect(left(outcome)).toEqual(["shop-1.0.0.jar"]);
    expect(componentsIn(outcome.layers)).toEqual(["slf4j-api 2.0.13"]);
    expect(componentsIn(outcome.layers, "build.sbom.cdx.json")).toEqual(["slf4j-api 2.0.13", "slf4j-simple 2.0.13"]);
  },
);

test("a Maven wrapper script without a distribution URL is run, even if not executable and with CRLF line ends", {
  timeout,
}, async () => {
  // what it runs is the Maven that an earlier build of the machine has installed
  const { layers } = await machine.build(shop);
  const script = `#!/bin/sh\r\nexec "$TEST_MAVEN/bin/mvn" "$@"\r\n`;
  const { installedMaven } = await import("../../../../test/support/java/maven-archives.ts");
  const outcome = await machine.build({ ...shop, mvnw: script }, { env: { TEST_MAVEN: await installedMaven() } });
  expect(Object.keys(layers)).toContain("maven/maven/bin/mvn");
  expect(named(outcome.log)).toEqual(["Maven of the wrapper (mvnw)"]);
  expect(componentsIn(outcome.layers)).toEqual(["slf4j-api 2.0.13"]);
});

const profile = (id: string, dependency: string): string =>
  `<profiles><profile><id>${id}</id><dependencies><dependency>${dependency}</dependency></dependencies></profile></profiles>`;

const extra = "<groupId>org.slf4j</groupId><artifactId>jul-to-slf4j</artifactId><version>2.0.13</version>";
const withProfile: FileMap = {
  ...shop,
  "pom.xml": String(shop["pom.xml"]).replace("</project>", `${profile("prod", extra)}</project>`),
};

test.for<[string, FileMap, Readonly<Record<string, string>>, object]>([
  [
    "BP_MAVEN_ACTIVE_PROFILES",
    withProfile,
    { BP_MAVEN_ACTIVE_PROFILES: "prod" },
    { left: ["shop-1.0.0.jar"], components: ["jul-to-slf4j 2.0.13", "slf4j-api 2.0.13"] },
  ],
  [
    "BP_MAVEN_BUILD_ARGUMENTS",
    shop,
    { BP_MAVEN_BUILD_ARGUMENTS: "-DskipTests -q -DfinalName=x jar:jar@default-jar package" },
    { left: ["shop-1.0.0.jar"], components: ["slf4j-api 2.0.13"] },
  ],
  [
    "BP_MAVEN_ADDITIONAL_BUILD_ARGUMENTS",
    shop,
    { BP_MAVEN_ADDITIONAL_BUILD_ARGUMENTS: "--offline" },
    { left: ["shop-1.0.0.jar"], components: ["slf4j-api 2.0.13"] },
  ],
  [
    "BP_MAVEN_POM_FILE",
    { "build/shop.xml": "", "shop.xml": shop["pom.xml"] ?? "", [source]: shop[source] ?? "" },
    { BP_MAVEN_POM_FILE: "shop.xml" },
    { left: ["shop-1.0.0.jar"], components: ["slf4j-api 2.0.13"] },
  ],
  [
    "BP_JAVA_PROJECT_PATH, BP_INCLUDE_FILES and BP_EXCLUDE_FILES",
    {
      ...Object.fromEntries(Object.entries(shop).map(([path, text]) => [`apps/shop/${path}`, text])),
      "package.json": "{}",
      "apps/shop/Procfile": "web: java -jar shop-1.0.0.jar",
      "data/a.csv": "",
      "data/b.csv": "",
    },
    { BP_JAVA_PROJECT_PATH: "apps/shop", BP_INCLUDE_FILES: "data", BP_EXCLUDE_FILES: "**/b.csv" },
    { left: ["Procfile", "data/a.csv", "shop-1.0.0.jar"], components: ["slf4j-api 2.0.13"] },
  ],
  [
    "BP_MAVEN_BUILT_MODULE",
    modules,
    { BP_MAVEN_BUILT_MODULE: "worker" },
    { left: ["worker-1.0.0.jar"], components: ["core 1.0.0", "slf4j-api 2.0.13"] },
  ],
  [
    "BP_MAVEN_BUILT_ARTIFACT",
    modules,
    { BP_MAVEN_BUILT_ARTIFACT: "web/target/*.jar core/target/core-*.jar" },
    { left: ["core-1.0.0.jar", "web-1.0.0.jar"], components: ["core 1.0.0", "slf4j-api 2.0.13"] },
  ],
  [
    "BP_JAVA_BUILD_TOOL",
    { ...shop, "build.gradle": "broken {", gradlew: "" },
    { BP_JAVA_BUILD_TOOL: "maven" },
    { left: ["shop-1.0.0.jar"], components: ["slf4j-api 2.0.13"] },
  ],
])("a Maven build respects %s", { timeout }, async ([, app, env, expected]) => {
  const outcome = await machine.build(app, { env });
  expect({ left: left(outcome), components: componentsIn(outcome.layers) }).toEqual(expected);
});

test("BP_DISABLE_SBOM disables SBOMs, also for the start buildpack", { timeout }, async () => {
  const { layers } = await machine.build(shop, { env: { BP_DISABLE_SBOM: "true" } });
  expect(Object.keys(layers).filter((path) => /sbom/i.test(path))).toEqual([]);
});

test("BP_JAVA_ALWAYS_BUILD builds even if nothing changed", { timeout }, async () => {
  const { layers } = await machine.build(shop);
  const again = await machine.build(shop, { layers, env: { BP_JAVA_ALWAYS_BUILD: "true" } });
  expect(buildLines(again.log)).toEqual(["Building with Maven (BP_JAVA_ALWAYS_BUILD is set)"]);
});

test("the error about an app with several startable modules lists the modules", { timeout }, async () => {
  const failure = await buildFailure(buildpack, { ...machine.given, app: modules });
  expect(
    failure.stderr,
  ).toBe(`ERROR: Maven built several applications, and the image can start only one (JAVA_ARTIFACT_AMBIGUOUS)
  caused by: there are
    web/target/web-1.0.0.jar
    worker/target/worker-1.0.0.jar
  in build of libcnb/java-build@0.1.0
HINT: Set BP_MAVEN_BUILT_ARTIFACT to the application to start, such as BP_MAVEN_BUILT_ARTIFACT=web/target/web-1.0.0.jar, or BP_MAVEN_BUILT_MODULE to its module.
`);
});

test("Maven settings in the app are used if there is no binding", { timeout }, async () => {
  const settings = settingsFor(machine.repository);
  const given = { bindings: {}, layers: {} };
  const named = { ...shop, "ci/settings.xml": settings };
  const outcome = await machine.build(named, { ...given, env: { BP_MAVEN_SETTINGS_PATH: "ci/settings.xml" } });
  expect(left(outcome)).toEqual(["shop-1.0.0.jar"]);
});

test("a Maven archive whose checksum differs from the wrapper's is refused", { timeout }, async () => {
  const sum = `${wrapper.properties}distributionSha256Sum=${"0".repeat(64)}\n`;
  const failure = await buildFailure(buildpack, { ...machine.given, app: { ...shop, [properties]: sum } });
  expect(failure.stderr).toContain("DOWNLOAD_CHECKSUM_MISMATCH");
});

test("files next to a jar are kept if the manifest of the jar names them", { timeout }, async () => {
  const thin = pom({
    of: "com.example:shop:1.0.0",
    properties: { "maven.compiler.release": "11" },
    dependencies: ["org.slf4j:slf4j-api:2.0.13"],
    plugins: [
      mainClass.replace(
        "<manifest>",
        "<manifest><addClasspath>true</addClasspath><classpathPrefix>lib/</classpathPrefix>",
      ),
      `<plugin><artifactId>maven-dependency-plugin</artifactId><executions><execution><phase>package</phase><goals><goal>copy-dependencies</goal></goals><configuration><outputDirectory>target/lib</outputDirectory></configuration></execution></executions></plugin>`,
    ],
  });
  const outcome = await machine.build({ ...shop, "pom.xml": thin });
  expect(left(outcome)).toEqual(["lib/slf4j-api-2.0.13.jar", "shop-1.0.0.jar"]);
});
