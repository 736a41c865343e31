import { readFileSync } from "node:fs";
import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { defineBuildpack, pass } from "libcnb";
import { readInventory } from "libcnb/standalone";
import { type BuildFixture, build, buildFailure, type FileMap, fakeClock } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import { zipOf } from "../../../test/support/zip.ts";
import { choose } from "./build.ts";
import { settings } from "./contract.ts";

const folder = resolve(import.meta.dirname, "..");
const { releases } = readInventory(readFileSync(join(folder, "buildpack.toml")), "buildpack.toml");
const newest = (line: number, id = "liberica-jdk") =>
  releases.findLast((each) => each.id === id && each.arch === "amd64" && each.version.startsWith(`${line}.`))
    ?.version ?? "";
const [v8, v11, v17, v21, v25] = [8, 11, 17, 21, 25].map((line) => newest(line));

/** Chooses only: the releases of the real inventory are large, and not everywhere to be had. */
const chosen: { uris?: readonly string[] } = {};
const chooser = defineBuildpack({
  config: settings,
  detect: () => pass(),
  async build(context) {
    const { jdk, jre } = await choose({ ...context, config: context.config });
    chosen.uris = [jdk, jre].flatMap((release) => release?.uri ?? []);
  },
});
const clock = fakeClock("2026-08-21T12:00:00Z");
const needsJdk = { jdk: [{ build: true }] };
const defaults = { buildpack: folder, clock, target: { os: "linux", arch: "amd64" } } as const;

/** The log lines about the version. */
const said = async (given: BuildFixture) =>
  (await build(chooser, { ...defaults, plan: needsJdk, ...given })).log.filter(
    (line) => /^Using|requests|is ignored|end of life|no version of/.test(line) && !line.startsWith("BP_JVM_VERSION  "),
  );

/** A directory of this buildpack whose inventory has these dependencies alone. */
async function folderWith(ids: readonly string[]) {
  const [head = "", ...blocks] = readFileSync(join(folder, "buildpack.toml"), "utf8").split(
    /^(?=\[\[metadata\.dependencies\]\])/m,
  );
  const made = await mkdtempDisposable(join(tmpdir(), "libcnb-java-"));
  const kept = blocks.filter((block) => ids.some((id) => block.includes(`id = "${id}"`)));
  await writeFile(join(made.path, "buildpack.toml"), [head, ...kept].join(""));
  return made;
}

const pom = (content: string) =>
  `<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>b</artifactId><version>1</version>${content}</project>`;
const properties = (values: Readonly<Record<string, string>>) =>
  `<properties>${Object.entries(values)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join("")}</properties>`;
const manifest = (text: string) => `Manifest-Version: 1.0\nMain-Class: x.Main\n${text}\n`;
const jar = (text: string) => zipOf([{ name: "META-INF/MANIFEST.MF", text: manifest(text), method: 8 }]);

describe("the Java version is", () => {
  test.for<[string, FileMap, Omit<BuildFixture, "app">, readonly string[]]>([
    [
      "the one in BP_JVM_VERSION, and the log lists the overruled requests",
      {
        ".sdkmanrc": "java=21.0.4-tem\n",
        "system.properties": "java.runtime.version=11.0.9\nmaven.version=3.9.4\n",
        "pom.xml": pom(properties({ "maven.compiler.release": "25" })),
        "build.gradle": "sourceCompatibility = 1.8\n",
        "META-INF/MANIFEST.MF": manifest("Build-Jdk-Spec: 17"),
      },
      {
        env: { BP_JVM_VERSION: "17" },
        plan: { jdk: [{ build: true, version: "seventeen", source: "acme/tool" }], jre: [{ version: "17.*" }] },
      },
      [
        `Using Liberica JDK ${v17}: BP_JVM_VERSION requests 17`,
        `.sdkmanrc requests 21.0.4, which is ignored: ${v17} does not satisfy it`,
        `java.runtime.version of system.properties requests 11.0.9, which is ignored: ${v17} does not satisfy it`,
        `maven.compiler.release of pom.xml requests 25, which is ignored: ${v17} does not satisfy it`,
        `sourceCompatibility of build.gradle requests 1.8; ${v17} satisfies it as well`,
        `Build-Jdk-Spec of META-INF/MANIFEST.MF requests 17; ${v17} satisfies it as well`,
        'acme/tool is ignored: "seventeen" is not a version of Java',
        `another buildpack requests 17.*; ${v17} satisfies it as well`,
        `Using Liberica JRE ${v17}: the JDK requests ${v17}`,
      ],
    ],
    [
      "the one in .sdkmanrc rather than in system.properties, with its distribution",
      { ".sdkmanrc": "# ours\njava=17.0.4-zulu\ngradle=8.5\n", "system.properties": "java.runtime.version=21\n" },
      {},
      [
        `Using Zulu JDK ${newest(17, "zulu-jdk")}: .sdkmanrc (17.0.4) requests 17`,
        `java.runtime.version of system.properties requests 21, which is ignored: ${newest(17, "zulu-jdk")} does not satisfy it`,
      ],
    ],
    [
      "the one in system.properties rather than in pom.xml",
      { "system.properties": "java.runtime.version = 1.8\n", "pom.xml": pom(properties({ "java.version": "17" })) },
      {},
      [
        `Using Liberica JDK ${v8}: java.runtime.version of system.properties (1.8) requests 8`,
        `java.version of pom.xml requests 17, which is ignored: ${v8} does not satisfy it`,
      ],
    ],
    [
      "the one in system.properties, with its distribution",
      { "system.properties": "java.runtime.version=zulu-21" },
      {},
      [`Using Zulu JDK ${newest(21, "zulu-jdk")}: java.runtime.version of system.properties requests 21`],
    ],
    [
      "the one in pom.xml rather than in a Gradle script",
      { "pom.xml": pom(properties({ "java.version": "17" })), "build.gradle": "sourceCompatibility = 21" },
      {},
      [
        `Using Liberica JDK ${v17}: java.version of pom.xml requests 17`,
        `sourceCompatibility of build.gradle requests 21, which is ignored: ${v17} does not satisfy it`,
      ],
    ],
    [
      "the one in the pom that BP_MAVEN_POM_FILE names in the project's directory",
      {
        "shop/app.xml": pom(properties({ "java.version": "11" })),
        "shop/pom.xml": pom(properties({ "java.version": "21" })),
        "app.xml": pom(properties({ "java.version": "8" })),
        "pom.xml": pom(properties({ "java.version": "17" })),
      },
      { env: { BP_JAVA_PROJECT_PATH: "shop", BP_MAVEN_POM_FILE: "app.xml" } },
      [
        `Using Liberica JDK ${v11}: java.version of shop/app.xml requests 11`,
        `java.version of pom.xml requests 17, which is ignored: ${v11} does not satisfy it`,
      ],
    ],
    [
      "one of the next release line if the requested line is missing",
      { "pom.xml": pom(properties({ "maven.compiler.release": "19" })) },
      {},
      [`Using Liberica JDK ${v21}: maven.compiler.release of pom.xml (19) requests 21`],
    ],
    [
      "one of the oldest release line if an older line is requested",
      { "pom.xml": pom(properties({ "maven.compiler.source": "1.6", "maven.compiler.target": "1.6" })) },
      {},
      [`Using Liberica JDK ${v8}: maven.compiler.target of pom.xml (1.6) requests 8`],
    ],
    [
      "the one that an unpacked app was built with",
      { "META-INF/MANIFEST.MF": manifest("Build-Jdk: 11.0.2+9\nCreated-By: Maven") },
      { plan: { jre: [{ launch: true }] } },
      [`Using Liberica JRE ${v11}: Build-Jdk of META-INF/MANIFEST.MF (11.0.2+9) requests 11`],
    ],
    [
      "the newest one that several archives were built with",
      { "a.jar": jar("Build-Jdk-Spec: 1.8"), "b.war": jar("Build-Jdk-Spec: 17"), "c.jar": jar("") },
      { plan: { jre: [{ launch: true }] } },
      [`Using Liberica JRE ${v17}: Build-Jdk-Spec of b.war requests 17`],
    ],
    [
      "the one that another buildpack requires",
      {},
      { plan: { jdk: [{ build: true, version: "25", source: "acme/tool" }] } },
      [`Using Liberica JDK ${v25}: acme/tool requests 25`],
    ],
    [
      "a version that the wrapper's older Gradle supports if no version is requested",
      {
        "build.gradle": "plugins { id 'java' }",
        "gradle/wrapper/gradle-wrapper.properties": "distributionUrl=https\\://x.test/gradle-7.6.4-all.zip",
      },
      {},
      [`Using Liberica JDK ${v17}: Gradle 7.6.4 of gradle/wrapper/gradle-wrapper.properties requests 17`],
    ],
    [
      "the default if no version is requested, with a warning that the default will change",
      {},
      {},
      [
        `Using Liberica JDK ${v21} for 21`,
        `The app requests no version of Java: this build uses ${v21}. The default will change to Java 25. To stay on 21, set BP_JVM_VERSION=21.`,
      ],
    ],
    [
      "the exact release in BP_JVM_VERSION",
      {},
      { env: { BP_JVM_VERSION: v8 ?? "" } },
      [`Using Liberica JDK ${v8}: BP_JVM_VERSION requests ${v8}`],
    ],
    [
      "in the range in BP_JVM_VERSION",
      {},
      { env: { BP_JVM_VERSION: "11.*" } },
      [`Using Liberica JDK ${v11}: BP_JVM_VERSION requests 11.*`],
    ],
    [
      "the one of the project's directory rather than of the directory above",
      {
        "shop/pom.xml": pom(properties({ "java.version": "11" })),
        "pom.xml": pom(properties({ "java.version": "17" })),
      },
      { env: { BP_JAVA_PROJECT_PATH: "shop" } },
      [
        `Using Liberica JDK ${v11}: java.version of shop/pom.xml requests 11`,
        `java.version of pom.xml requests 17, which is ignored: ${v11} does not satisfy it`,
      ],
    ],
    [
      "the one of the directory above the project",
      { ".sdkmanrc": "java=25-librca", "shop/build.gradle": "" },
      { env: { BP_JAVA_PROJECT_PATH: "shop" } },
      [`Using Liberica JDK ${v25}: .sdkmanrc requests 25`],
    ],
  ])("%s", async ([, app, given, expected]) => {
    expect(await said({ app, ...given })).toEqual(expected);
  });
});

describe("the Java distribution is", () => {
  test.for<[string, FileMap, Record<string, string>, string]>([
    ["Liberica by default", {}, {}, "Liberica"],
    [
      "the distribution in BP_JVM_DISTRIBUTION rather than in a file",
      { ".sdkmanrc": "java=21.0.4-tem" },
      { BP_JVM_DISTRIBUTION: "zulu" },
      "Zulu",
    ],
    ["the distribution in the file whose version is used", { ".sdkmanrc": "java=21.0.4-tem" }, {}, "Temurin"],
    [
      "not taken from a file whose version is not used",
      { ".sdkmanrc": "java=21.0.4-tem" },
      { BP_JVM_VERSION: "21" },
      "Liberica",
    ],
    ["Liberica in place of an unavailable distribution", { ".sdkmanrc": "java=21.0.4-amzn" }, {}, "Liberica"],
    ["Liberica in place of GraalVM", { ".sdkmanrc": "java=21.0.2-graalce" }, {}, "Liberica"],
  ])("%s", async ([, app, env, expected]) => {
    const [line = ""] = await said({ app, env });
    expect(line).toMatch(new RegExp(`^Using ${expected} JDK 21\\.`));
  });
});

test("an unknown distribution in a file is ignored with a warning, and the version in it is used", async () => {
  expect(await said({ app: { ".sdkmanrc": "java=17.0.9-amzn" } })).toEqual([
    `Using Liberica JDK ${v17}: .sdkmanrc (17.0.9) requests 17`,
    'the distribution "amzn" from .sdkmanrc is ignored; available distributions: liberica, temurin, zulu',
  ]);
  const env = { BP_JVM_DISTRIBUTION: "zulu" };
  expect(await said({ app: { ".sdkmanrc": "java=17.0.9-amzn" }, env })).toEqual([
    `Using Zulu JDK ${newest(17, "zulu-jdk")}: .sdkmanrc (17.0.9) requests 17`,
  ]);
});

describe("java-engine installs", () => {
  test.for<[string, BuildFixture, readonly string[]]>([
    [
      "a JDK and a JRE if other buildpacks require both",
      { plan: { jdk: [{ build: true }], jre: [{ launch: true }] } },
      ["jdk", "jre"],
    ],
    ["only a JRE if other buildpacks require only a JRE", { plan: { jre: [{ launch: true }] } }, ["jre"]],
    ["only a JDK if other buildpacks require only a JDK", { plan: { jdk: [{ build: true }] } }, ["jdk"]],
    [
      "only a JDK if other buildpacks require a JRE and BP_JVM_TYPE is JDK",
      { env: { BP_JVM_TYPE: "JDK" }, plan: { jre: [{ launch: true }] } },
      ["jdk"],
    ],
    [
      "only a JDK if other buildpacks require a JRE and BP_JVM_JLINK_ENABLED is true",
      { env: { BP_JVM_JLINK_ENABLED: "true" }, plan: { jre: [{ launch: true }] } },
      ["jdk"],
    ],
  ])("%s", async ([, given, expected]) => {
    await build(chooser, { ...defaults, ...given });
    expect(chosen.uris?.map((uri) => /bellsoft-(j[dr][ke])21/.exec(uri)?.[1])).toEqual(expected);
  });
});

test("BP_JVM_MIRROR replaces the archive host of all distributions", async () => {
  for (const distribution of ["liberica", "temurin", "zulu"]) {
    const env = { BP_JVM_MIRROR: "http://mirror.test/java/", BP_JVM_DISTRIBUTION: distribution };
    await build(chooser, { ...defaults, plan: needsJdk, env });
    expect(chosen.uris?.[0]).toMatch(
      /^http:\/\/mirror\.test\/java\/(bellsoft-jdk|OpenJDK21U-jdk|zulu21)[^/]*\.tar\.gz$/,
    );
  }
});

describe("the buildpack reports", () => {
  test.for<[string, FileMap, BuildFixture, object]>([
    [
      "the available versions if the requested version is missing",
      {},
      { env: { BP_JVM_VERSION: "12" } },
      {
        code: "VERSION_UNAVAILABLE",
        message: "BP_JVM_VERSION requests Liberica JDK 12, which is not available for linux/amd64",
        cause: expect.stringContaining(`available: ${v25}, ${v21}, ${v17}, ${v11}, ${v8}`),
      },
    ],
    [
      "a file that requests a version newer than all releases",
      { "pom.xml": pom(properties({ "java.version": "99" })) },
      {},
      {
        code: "VERSION_UNAVAILABLE",
        message: expect.stringContaining("java.version of pom.xml requests Liberica JDK 99"),
      },
    ],
    ["a malformed BP_JVM_VERSION", {}, { env: { BP_JVM_VERSION: "latest" } }, { code: "VERSION_RANGE_INVALID" }],
    ["an unknown BP_JVM_DISTRIBUTION", {}, { env: { BP_JVM_DISTRIBUTION: "oracle" } }, { code: "CONFIG_INVALID" }],
    ["an unknown BP_JVM_TYPE", {}, { env: { BP_JVM_TYPE: "native" } }, { code: "CONFIG_INVALID" }],
    [
      "a BP_JVM_MIRROR that is not a URL",
      {},
      { env: { BP_JVM_MIRROR: "mirror.test" } },
      { code: "JAVA_MIRROR_INVALID" },
    ],
    [
      "a BP_JAVA_PROJECT_PATH outside the app",
      {},
      { env: { BP_JAVA_PROJECT_PATH: "../x" } },
      { code: "JAVA_PROJECT_PATH_INVALID" },
    ],
    ["a malformed pom", { "pom.xml": "<project>" }, {}, { code: "POM_INVALID" }],
    ["a malformed archive", { "app.jar": "x" }, { plan: { jre: [{}] } }, { code: "JAR_INVALID" }],
  ])("%s", async ([, app, given, expected]) => {
    const { error } = await buildFailure(chooser, { ...defaults, plan: needsJdk, ...given, app });
    expect(error).toMatchObject(expected);
  });

  test.for<[string, FileMap, BuildFixture, object]>([
    [
      "BP_JVM_DISTRIBUTION",
      {},
      { env: { BP_JVM_DISTRIBUTION: "zulu" } },
      {
        message: 'BP_JVM_DISTRIBUTION requests the distribution "zulu", which has no JDK in buildpack.toml',
        cause: "available distributions: liberica, temurin",
      },
    ],
    [
      "a file",
      { ".sdkmanrc": "java=21.0.4-zulu" },
      {},
      {
        message: '.sdkmanrc requests the distribution "zulu", which has no JDK in buildpack.toml',
        cause: "available distributions: liberica, temurin",
      },
    ],
    [
      ".sdkmanrc and missing only as a JRE",
      { ".sdkmanrc": "java=21.0.4-tem" },
      { plan: { jdk: [{ build: true }], jre: [{ launch: true }] } },
      {
        message: '.sdkmanrc requests the distribution "tem", which has no JRE in buildpack.toml',
        cause: "available distributions: liberica, zulu",
      },
    ],
  ])("a distribution without a release in the inventory, requested by %s", async ([, app, given, expected]) => {
    await using few = await folderWith(["liberica-jdk", "liberica-jre", "temurin-jdk", "zulu-jre"]);
    const { error } = await buildFailure(chooser, {
      ...defaults,
      plan: needsJdk,
      ...given,
      app,
      buildpack: few.path,
    });
    expect(error).toMatchObject({
      code: "JAVA_DISTRIBUTION_UNAVAILABLE",
      hint: expect.stringMatching(
        /^Set BP_JVM_DISTRIBUTION to an available distribution, such as \w+\. The variable takes precedence over the version files of the app\.$/,
      ),
      ...expected,
    });
  });

  test("a release line that reaches its end of life", async () => {
    const late = fakeClock("2027-10-20T12:00:00Z");
    expect(await said({ env: { BP_JVM_VERSION: "17" }, clock: late })).toContain(
      `Liberica JDK ${v17} reaches its end of life on 2027-10-31, in 11 days. Move to a newer version.`,
    );
    const tooLate = fakeClock("2027-11-20T12:00:00Z");
    expect(await said({ env: { BP_JVM_VERSION: "11" }, clock: tooLate })).toContain(
      `Liberica JDK ${v11} reached its end of life on 2027-10-31: it no longer gets fixes. Use a newer version.`,
    );
  });
});
