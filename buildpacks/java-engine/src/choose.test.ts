import { readFileSync } from "node:fs";
import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { defineBuildpack, pass, readInventory } from "libcnb";
import { type BuildFixture, build, buildFailure, type FileMap, fakeClock } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import { zipOf } from "../../../test/support/zip.ts";
import { choose } from "./build.ts";
import { settings } from "./settings.ts";

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

/** What the log says of the version. */
const said = async (given: BuildFixture) =>
  (await build(chooser, { ...defaults, plan: needsJdk, ...given })).log.filter(
    (line) =>
      /^Using|asks for|is not followed|end of life|no version of/.test(line) && !line.startsWith("BP_JVM_VERSION  "),
  );

/** A folder of this buildpack whose inventory has these dependencies alone. */
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

describe("the version is chosen by", () => {
  test.for<[string, FileMap, Omit<BuildFixture, "app">, readonly string[]]>([
    [
      "of BP_JVM_VERSION before all others, which are told",
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
        `Using Liberica JDK ${v17}: BP_JVM_VERSION asks for 17`,
        `.sdkmanrc asks for 21.0.4, which is not followed: ${v17} does not fit`,
        `java.runtime.version of system.properties asks for 11.0.9, which is not followed: ${v17} does not fit`,
        `maven.compiler.release of pom.xml asks for 25, which is not followed: ${v17} does not fit`,
        `sourceCompatibility of build.gradle asks for 1.8, which ${v17} fits, too`,
        `Build-Jdk-Spec of META-INF/MANIFEST.MF asks for 17, which ${v17} fits, too`,
        'acme/tool is not followed: "seventeen" is not a version of Java',
        `another buildpack asks for 17.*, which ${v17} fits, too`,
        `Using Liberica JRE ${v17}: the JDK asks for ${v17}`,
      ],
    ],
    [
      "of .sdkmanrc before Heroku's file, and the distribution that it names",
      { ".sdkmanrc": "# ours\njava=17.0.4-zulu\ngradle=8.5\n", "system.properties": "java.runtime.version=21\n" },
      {},
      [
        `Using Zulu JDK ${newest(17, "zulu-jdk")}: .sdkmanrc (17.0.4) asks for 17`,
        `java.runtime.version of system.properties asks for 21, which is not followed: ${newest(17, "zulu-jdk")} does not fit`,
      ],
    ],
    [
      "of system.properties before pom.xml",
      { "system.properties": "java.runtime.version = 1.8\n", "pom.xml": pom(properties({ "java.version": "17" })) },
      {},
      [
        `Using Liberica JDK ${v8}: java.runtime.version of system.properties (1.8) asks for 8`,
        `java.version of pom.xml asks for 17, which is not followed: ${v8} does not fit`,
      ],
    ],
    [
      "of system.properties with a distribution",
      { "system.properties": "java.runtime.version=zulu-21" },
      {},
      [`Using Zulu JDK ${newest(21, "zulu-jdk")}: java.runtime.version of system.properties asks for 21`],
    ],
    [
      "of pom.xml before Gradle",
      { "pom.xml": pom(properties({ "java.version": "17" })), "build.gradle": "sourceCompatibility = 21" },
      {},
      [
        `Using Liberica JDK ${v17}: java.version of pom.xml asks for 17`,
        `sourceCompatibility of build.gradle asks for 21, which is not followed: ${v17} does not fit`,
      ],
    ],
    [
      "of the pom that BP_MAVEN_POM_FILE names, in the project's folder",
      {
        "shop/app.xml": pom(properties({ "java.version": "11" })),
        "shop/pom.xml": pom(properties({ "java.version": "21" })),
        "app.xml": pom(properties({ "java.version": "8" })),
        "pom.xml": pom(properties({ "java.version": "17" })),
      },
      { env: { BP_JAVA_PROJECT_PATH: "shop", BP_MAVEN_POM_FILE: "app.xml" } },
      [
        `Using Liberica JDK ${v11}: java.version of shop/app.xml asks for 11`,
        `java.version of pom.xml asks for 17, which is not followed: ${v11} does not fit`,
      ],
    ],
    [
      "of the next line that there is",
      { "pom.xml": pom(properties({ "maven.compiler.release": "19" })) },
      {},
      [`Using Liberica JDK ${v21}: maven.compiler.release of pom.xml (19) asks for 21`],
    ],
    [
      "of the oldest line for what is older still",
      { "pom.xml": pom(properties({ "maven.compiler.source": "1.6", "maven.compiler.target": "1.6" })) },
      {},
      [`Using Liberica JDK ${v8}: maven.compiler.target of pom.xml (1.6) asks for 8`],
    ],
    [
      "with which an unpacked app was built",
      { "META-INF/MANIFEST.MF": manifest("Build-Jdk: 11.0.2+9\nCreated-By: Maven") },
      { plan: { jre: [{ launch: true }] } },
      [`Using Liberica JRE ${v11}: Build-Jdk of META-INF/MANIFEST.MF (11.0.2+9) asks for 11`],
    ],
    [
      "with which the newest of several archives was built",
      { "a.jar": jar("Build-Jdk-Spec: 1.8"), "b.war": jar("Build-Jdk-Spec: 17"), "c.jar": jar("") },
      { plan: { jre: [{ launch: true }] } },
      [`Using Liberica JRE ${v17}: Build-Jdk-Spec of b.war asks for 17`],
    ],
    [
      "of another buildpack",
      {},
      { plan: { jdk: [{ build: true, version: "25", source: "acme/tool" }] } },
      [`Using Liberica JDK ${v25}: acme/tool asks for 25`],
    ],
    [
      "on which an older Gradle of the wrapper runs, where nobody asks",
      {
        "build.gradle": "plugins { id 'java' }",
        "gradle/wrapper/gradle-wrapper.properties": "distributionUrl=https\\://x.test/gradle-7.6.4-all.zip",
      },
      {},
      [`Using Liberica JDK ${v17}: Gradle 7.6.4 of gradle/wrapper/gradle-wrapper.properties asks for 17`],
    ],
    [
      "of the default where nobody asks, with a warning that it moves",
      {},
      {},
      [
        `Using Liberica JDK ${v21} for 21`,
        `The app names no version of Java: this build uses ${v21}. The default will move to Java 25. To stay on 21, set BP_JVM_VERSION=21.`,
      ],
    ],
    [
      "of an exact release",
      {},
      { env: { BP_JVM_VERSION: v8 ?? "" } },
      [`Using Liberica JDK ${v8}: BP_JVM_VERSION asks for ${v8}`],
    ],
    [
      "of a range",
      {},
      { env: { BP_JVM_VERSION: "11.*" } },
      [`Using Liberica JDK ${v11}: BP_JVM_VERSION asks for 11.*`],
    ],
    [
      "of the project in a folder, before what is around it",
      {
        "shop/pom.xml": pom(properties({ "java.version": "11" })),
        "pom.xml": pom(properties({ "java.version": "17" })),
      },
      { env: { BP_JAVA_PROJECT_PATH: "shop" } },
      [
        `Using Liberica JDK ${v11}: java.version of shop/pom.xml asks for 11`,
        `java.version of pom.xml asks for 17, which is not followed: ${v11} does not fit`,
      ],
    ],
    [
      "of the folders around the project",
      { ".sdkmanrc": "java=25-librca", "shop/build.gradle": "" },
      { env: { BP_JAVA_PROJECT_PATH: "shop" } },
      [`Using Liberica JDK ${v25}: .sdkmanrc asks for 25`],
    ],
  ])("%s", async ([, app, given, expected]) => {
    expect(await said({ app, ...given })).toEqual(expected);
  });
});

describe("the distribution is chosen by", () => {
  test.for<[string, FileMap, Record<string, string>, string]>([
    ["Liberica", {}, {}, "Liberica"],
    [
      "that of BP_JVM_DISTRIBUTION, whatever files say",
      { ".sdkmanrc": "java=21.0.4-tem" },
      { BP_JVM_DISTRIBUTION: "zulu" },
      "Zulu",
    ],
    ["that of the file which wins", { ".sdkmanrc": "java=21.0.4-tem" }, {}, "Temurin"],
    ["not that of a file which does not win", { ".sdkmanrc": "java=21.0.4-tem" }, { BP_JVM_VERSION: "21" }, "Liberica"],
    ["Liberica for those that there are not", { ".sdkmanrc": "java=21.0.4-amzn" }, {}, "Liberica"],
    ["Liberica for GraalVM", { ".sdkmanrc": "java=21.0.2-graalce" }, {}, "Liberica"],
  ])("%s", async ([, app, env, expected]) => {
    const [line = ""] = await said({ app, env });
    expect(line).toMatch(new RegExp(`^Using ${expected} JDK 21\\.`));
  });
});

test("an unknown distribution is ignored for the choice of the version, with a warning", async () => {
  expect(await said({ app: { ".sdkmanrc": "java=17.0.9-amzn" } })).toEqual([
    `Using Liberica JDK ${v17}: .sdkmanrc (17.0.9) asks for 17`,
    'the distribution "amzn" of .sdkmanrc is not followed: there is liberica, temurin, zulu',
  ]);
  const env = { BP_JVM_DISTRIBUTION: "zulu" };
  expect(await said({ app: { ".sdkmanrc": "java=17.0.9-amzn" }, env })).toEqual([
    `Using Zulu JDK ${newest(17, "zulu-jdk")}: .sdkmanrc (17.0.9) asks for 17`,
  ]);
});

describe("the requirements decide what is installed", () => {
  test.for<[string, BuildFixture, readonly string[]]>([
    ["a JDK and a JRE", { plan: { jdk: [{ build: true }], jre: [{ launch: true }] } }, ["jdk", "jre"]],
    ["a JRE alone", { plan: { jre: [{ launch: true }] } }, ["jre"]],
    ["a JDK alone", { plan: { jdk: [{ build: true }] } }, ["jdk"]],
    ["a JDK in the image", { env: { BP_JVM_TYPE: "JDK" }, plan: { jre: [{ launch: true }] } }, ["jdk"]],
    ["a JDK to link of", { env: { BP_JVM_JLINK_ENABLED: "true" }, plan: { jre: [{ launch: true }] } }, ["jdk"]],
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

describe("the log reports", () => {
  test.for<[string, FileMap, BuildFixture, object]>([
    [
      "of which versions there are releases",
      {},
      { env: { BP_JVM_VERSION: "12" } },
      {
        code: "VERSION_UNAVAILABLE",
        message: "BP_JVM_VERSION asks for Liberica JDK 12, which is not available for linux/amd64",
        cause: expect.stringContaining(`there is ${v25}, ${v21}, ${v17}, ${v11}, ${v8}`),
      },
    ],
    [
      "that a file asks for what is newer than all",
      { "pom.xml": pom(properties({ "java.version": "99" })) },
      {},
      {
        code: "VERSION_UNAVAILABLE",
        message: expect.stringContaining("java.version of pom.xml asks for Liberica JDK 99"),
      },
    ],
    ["that a version is none", {}, { env: { BP_JVM_VERSION: "latest" } }, { code: "VERSION_RANGE_INVALID" }],
    ["that a distribution is unknown", {}, { env: { BP_JVM_DISTRIBUTION: "oracle" } }, { code: "CONFIG_INVALID" }],
    ["that a type is unknown", {}, { env: { BP_JVM_TYPE: "native" } }, { code: "CONFIG_INVALID" }],
    ["that a mirror is none", {}, { env: { BP_JVM_MIRROR: "mirror.test" } }, { code: "JAVA_MIRROR_INVALID" }],
    ["that a folder is none", {}, { env: { BP_JAVA_PROJECT_PATH: "../x" } }, { code: "JAVA_PROJECT_PATH_INVALID" }],
    ["that a pom is none", { "pom.xml": "<project>" }, {}, { code: "POM_INVALID" }],
    ["that an archive is none", { "app.jar": "x" }, { plan: { jre: [{}] } }, { code: "JAR_INVALID" }],
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
        message: 'BP_JVM_DISTRIBUTION asks for the distribution "zulu", of which there is no JDK',
        cause: "there are those of liberica, temurin",
      },
    ],
    [
      "a file",
      { ".sdkmanrc": "java=21.0.4-zulu" },
      {},
      {
        message: '.sdkmanrc asks for the distribution "zulu", of which there is no JDK',
        cause: "there are those of liberica, temurin",
      },
    ],
    [
      "a file, in SDKMAN's words, for the JRE alone",
      { ".sdkmanrc": "java=21.0.4-tem" },
      { plan: { jdk: [{ build: true }], jre: [{ launch: true }] } },
      {
        message: '.sdkmanrc asks for the distribution "tem", of which there is no JRE',
        cause: "there are those of liberica, zulu",
      },
    ],
  ])("that the inventory has no release of the distribution for %s", async ([, app, given, expected]) => {
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
      hint: "Set BP_JVM_DISTRIBUTION to one of these: it wins over files.",
      ...expected,
    });
  });

  test("that support of a release line ends", async () => {
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
