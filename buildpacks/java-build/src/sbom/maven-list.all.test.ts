import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mavenUrl } from "@libcnb/java-app/coordinates";
import type { FileMap } from "libcnb/testing";
import { afterAll, expect, test } from "vitest";
import { writeFileMap } from "../../../../framework/src/host/files/tree.ts";
import { execute } from "../../../../test/support/cnb.ts";
import { pom } from "../../../../test/support/java/apps.ts";
import { quarkus, spring } from "../../../../test/support/java/frameworks.ts";
import { installedMaven } from "../../../../test/support/java/maven-archives.ts";
import { settingsFor } from "../../../../test/support/java/maven-repository.ts";
import { main, mainClass, modules, shop, source } from "../maven/test-apps.ts";
import { mavenMachine } from "../maven/test-maven.ts";
import { componentsIn, namesOf } from "../test-sbom.ts";

// of two whole builds with all of their downloads
const timeout = 900_000;

const machine = await mavenMachine();
afterAll(() => machine[Symbol.asyncDispose](), timeout);

/**
 * The dependencies that `mvn dependency:list` lists for an app or one of its modules: all of them,
 * or those needed to run.
 */
async function dependencyList(app: FileMap, module: string, scope: "runtime" | "test"): Promise<readonly string[]> {
  const dir = await mkdtemp(join(tmpdir(), "dependency-list-"));
  try {
    await writeFileMap(dir, { ...app, "settings.xml": settingsFor(machine.repository) });
    const { JAVA_HOME = "", PATH = "" } = machine.given.env ?? {};
    const args = ["-B", "-q", "-s", "settings.xml", `-Dmaven.repo.local=${join(dir, ".m2")}`, "-Dmaven.test.skip=true"];
    const list = ["package", "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:list", `-DincludeScope=${scope}`];
    const output = join(dir, "list.txt");
    const { exitCode, stdout } = await execute(
      join(await installedMaven(), "bin/mvn"),
      [...args, ...list, `-DoutputFile=${output}`, ...(module === "" ? [] : ["-pl", module, "-am"])],
      { cwd: dir, env: { JAVA_HOME, PATH, HOME: dir } },
    );
    expect(exitCode, stdout).toBe(0);
    return listed(await readFile(output, "utf8"));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** `   io.netty:netty-x:jar:linux-x86_64:4.1:compile (optional) -- module …` */
const listed = (text: string): readonly string[] =>
  Array.from(
    text.matchAll(/^ {3}([^\s:]+):([^\s:]+):([^\s:]+):(?:([^\s:]+):)?([^\s:]+):\w+(?: |$)/gm),
    ([, group = "", name = "", type, classifier, version = ""]) =>
      group === "com.example" ? `${group}/${name}@${version}` : mavenUrl({ group, name, type, classifier, version }),
  ).toSorted();

const various: FileMap = {
  "pom.xml": pom({
    of: "com.example:various:1.0.0",
    properties: { "maven.compiler.release": "11" },
    plugins: [mainClass],
    dependencies: [
      "org.slf4j:slf4j-api:2.0.13",
      "org.slf4j:slf4j-simple:2.0.13:runtime",
      "jakarta.servlet:jakarta.servlet-api:6.0.0:provided",
      "org.junit.jupiter:junit-jupiter:5.10.3:test",
    ],
    more: "",
  }).replace(
    "</dependencies>",
    `<dependency><groupId>io.netty</groupId><artifactId>netty-transport-native-epoll</artifactId><version>4.1.118.Final</version><classifier>linux-x86_64</classifier></dependency>
     <dependency><groupId>com.google.guava</groupId><artifactId>guava</artifactId><version>33.4.8-jre</version><optional>true</optional><exclusions><exclusion><groupId>com.google.j2objc</groupId><artifactId>*</artifactId></exclusion></exclusions></dependency>
     </dependencies>`,
  ),
  [source]: main,
};

test.for<[string, FileMap, string, Readonly<Record<string, string>>]>([
  ["an app with one library", shop, "", {}],
  ["an app with scopes, classifiers, exclusions and optional dependencies", various, "", {}],
  ["a module that depends on another", modules, "web", { BP_MAVEN_BUILT_MODULE: "web" }],
  ["a Spring Boot app", spring("3.5.7", ["web", "actuator"]), "", {}],
  ["a Quarkus app", quarkus(), "", {}],
])("the components of %s match mvn dependency:list", { timeout }, async ([, app, module, env]) => {
  const { layers } = await machine.build(app, { env });
  const [launch, all] = [componentsIn(layers, "launch"), componentsIn(layers, "build")];
  expect(namesOf(launch)).toEqual(await dependencyList(app, module, "runtime"));
  if (module === "") expect(namesOf(all)).toEqual(await dependencyList(app, module, "test"));
  const poor = launch.filter(
    ({ purl, licenses = [], hashes = [] }) => purl !== undefined && (licenses.length === 0 || hashes.length === 0),
  );
  expect(poor.map(({ purl }) => purl)).toEqual([]);
});
