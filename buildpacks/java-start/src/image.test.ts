import { type FileMap, launchEnv, rebuild } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import javaStart from "./buildpack.ts";
import {
  built,
  type Env,
  gradleScript,
  jar,
  library,
  manifest,
  pomProperties,
  springApp,
  springFiles,
  springManifest,
} from "./test-build.ts";

const main = { "Main-Class": "com.example.App" };
const layersIndex = `- "dependencies":
  - "BOOT-INF/lib/a.jar"
  - "BOOT-INF/lib/[x]*.jar"
- "spring-boot-loader":
  - "org/"
- "snapshot-dependencies":
- "company":
  - "BOOT-INF/lib/company.jar"
  - "../../etc/passwd"
  - "/etc/passwd"
- "application":
  - "BOOT-INF/classes/"
  - "META-INF/"
`;

describe("the layers of the image", () => {
  test.for<[string, FileMap, readonly (readonly string[])[]]>([
    [
      "are those in Spring Boot's layer index, except the layer for the app itself",
      springApp(["a", "company"], { files: { "BOOT-INF/layers.idx": layersIndex } }),
      [["BOOT-INF/lib/a.jar", "BOOT-INF/lib/\\[x\\]\\*.jar"], ["org"], ["BOOT-INF/lib/company.jar"]],
    ],
    [
      "are libraries, snapshots and the loader without a layer index",
      springApp(["a", "b-1-SNAPSHOT"]),
      [["BOOT-INF/lib/a.jar"], ["BOOT-INF/lib/b-1-SNAPSHOT.jar"], ["org"]],
    ],
    [
      "are the libraries of a Quarkus app",
      { "quarkus-run.jar": jar(main), "lib/main/a.jar": library("a"), "lib/boot/b-1-SNAPSHOT.jar": library("b") },
      [["lib/boot/b-1-SNAPSHOT.jar"], ["lib"]],
    ],
    [
      "are the libraries of a distribution, without modules of the app",
      {
        "bin/shop": gradleScript,
        "lib/guava.jar": library("guava"),
        "lib/shop-1.0.jar": jar({}),
        "lib/core.jar": jar({}),
      },
      [["lib/guava.jar"]],
    ],
    [
      "are the libraries of a Maven distribution, without modules of the main class's group",
      {
        "bin/shop": gradleScript,
        "repo/guava.jar": library("guava"),
        "repo/shop.jar": library("shop", "com.example", { "com/example/App.class": "" }),
        "repo/core.jar": library("core", "com.example"),
      },
      [["repo/guava.jar"]],
    ],
    [
      "are the libraries next to a jar, without modules of its group",
      {
        "shop.jar": jar({ ...main, "Class-Path": "lib/a.jar lib/core.jar" }, pomProperties("com.example", "shop")),
        "lib/a.jar": library("a"),
        "lib/core.jar": library("core", "com.example"),
      },
      [["lib/a.jar"]],
    ],
    [
      "are the libraries next to an unpacked jar, without modules of its group",
      {
        "META-INF/MANIFEST.MF": manifest(main),
        ...pomProperties("com.example", "shop"),
        "lib/a.jar": library("a"),
        "lib/core.jar": library("core", "com.example"),
      },
      [["lib/a.jar"]],
    ],
    [
      "are the libraries next to a jar",
      { "shop.jar": jar({ ...main, "Class-Path": "lib/a.jar lib/gone.jar" }), "lib/a.jar": library("a") },
      [["lib/a.jar"]],
    ],
    ["do not include a layer of its own for a single jar", { "shop.jar": jar(main) }, []],
  ])("%s", async ([, app, slices]) => {
    expect((await built(app)).slices).toEqual(slices);
  });
});

describe("the environment variables of the image", () => {
  const classes = { BPI_JVM_CLASS_COUNT: "250" };
  const version = { SPRING_APPLICATION_VERSION: "1.2.3" };
  const port = { PORT: "8080" };

  test.for<[string, FileMap, Env, Env?]>([
    [
      "contain the class path of Spring Boot with classes first, then libraries outside of the index, then libraries in the index",
      springApp(["spring-webmvc-6", "a"], { files: { "BOOT-INF/lib/z.jar": "" } }),
      {
        CLASSPATH:
          "<app>/BOOT-INF/classes:<app>/BOOT-INF/lib/z.jar:<app>/BOOT-INF/lib/spring-webmvc-6.jar:<app>/BOOT-INF/lib/a.jar",
        ...classes,
        ...version,
      },
    ],
    [
      "contain a small number of threads for an app without servlets",
      springApp(["spring-webflux-6"]),
      {
        CLASSPATH: "<app>/BOOT-INF/classes:<app>/BOOT-INF/lib/spring-webflux-6.jar",
        BPL_JVM_THREAD_COUNT: "50",
        ...classes,
        ...version,
      },
    ],
    [
      "contain the app's directory as class path for Spring Boot's loader",
      springApp(["spring-boot-devtools-3", "tomcat-embed-core-10"]),
      { CLASSPATH: "<app>", ...classes },
    ],
    [
      "contain a class path with the classes of a multi-release jar first, up to the Java version of the image",
      {
        "META-INF/MANIFEST.MF": manifest({
          ...main,
          "Multi-Release": "true",
          "Class-Path": "lib/a.jar gone.jar ../x.jar",
        }),
        "META-INF/versions/9/A.class": "",
        "META-INF/versions/17/A.class": "",
        "META-INF/versions/21/A.class": "",
        "lib/a.jar": library("a"),
      },
      {
        CLASSPATH: "<app>/META-INF/versions/17:<app>/META-INF/versions/9:<app>:<app>/lib/a.jar",
        ...classes,
        ...port,
      },
    ],
    ["contain only a port for a jar", { "shop.jar": jar(main) }, port],
    [
      "contain a port for a Procfile that uses one",
      { ...springApp(["tomcat-embed-core-10"]), Procfile: "web: java -Dserver.port=$PORT -jar x.jar" },
      {
        CLASSPATH: "<app>/BOOT-INF/classes:<app>/BOOT-INF/lib/tomcat-embed-core-10.jar",
        ...classes,
        ...version,
        ...port,
      },
    ],
  ])("%s", async ([, app, variables, env]) => {
    expect((await built(app, env)).variables).toEqual(variables);
  });

  test.for<[string, FileMap, string | undefined]>([
    ["an unpacked Spring Boot app", springApp([]), "SERVER_PORT"],
    ["a Spring Boot app as a jar", { "a.jar": jar(springManifest()) }, "SERVER_PORT"],
    ["a Quarkus app in a directory", { "quarkus-run.jar": jar(main) }, "QUARKUS_HTTP_PORT"],
    [
      "a Quarkus app as a jar",
      { "a.jar": jar(main, { "io/quarkus/runner/GeneratedMain.class": "" }) },
      "QUARKUS_HTTP_PORT",
    ],
    [
      "a Micronaut app",
      { "a.jar": jar(main, { "io/micronaut/runtime/Micronaut.class": "" }) },
      "MICRONAUT_SERVER_PORT",
    ],
    [
      "a distribution of a Micronaut app",
      { "bin/a": gradleScript, "lib/micronaut-runtime-4.jar": library("x") },
      "MICRONAUT_SERVER_PORT",
    ],
    ["other apps only as PORT", { "a.jar": jar(main) }, undefined],
  ])("pass the platform's port to %s", async ([, app, variable]) => {
    const { layers, parsed } = (await built(app)).outcome;
    expect(layers["start/port-variable"]).toBe(variable);
    expect(parsed.layers["start"]?.execD).toEqual(variable === undefined ? [] : ["00-port"]);
  });
});

describe("a Spring Boot app", () => {
  test("has labels", async () => {
    const metadata = '{ "properties": [{ "name": "shop.open" }] }';
    const files = { "BOOT-INF/classes/META-INF/spring-configuration-metadata.json": metadata };
    expect((await built(springApp([], { files }))).labels).toEqual({
      "org.opencontainers.image.title": "shop",
      "org.opencontainers.image.version": "1.2.3",
      "org.springframework.boot.version": "3.5.7",
      "org.springframework.boot.spring-configuration-metadata.json": '{"properties":[{"name":"shop.open"}]}',
    });
  });

  test("as a jar is unpacked, and the jar is removed", async () => {
    const { outcome } = await built({ "shop.jar": jar(springManifest(), springFiles(["a"])), "config/x.yml": "a: 1" });
    expect(Object.keys(outcome.app).filter((name) => !name.startsWith("BOOT-INF") && !name.startsWith("org/"))).toEqual(
      ["META-INF/MANIFEST.MF", "config/x.yml"],
    );
  });

  test("as a jar stays packed if its files would conflict with other files of the app", async () => {
    const app = { "shop.jar": jar(springManifest(), springFiles(["a"])), "org/x.txt": "" };
    expect((await built(app)).commands).toEqual({ web: "java -jar shop.jar" });
  });

  const processed = { "BOOT-INF/classes/com/example/App__ApplicationContextInitializer.class": "" };

  test.for<[string, Env, string]>([
    ["uses ahead-of-time code", processed, "java -Dspring.aot.enabled=true com.example.App"],
    ["starts without ahead-of-time code if the app contains no such code", {}, "java com.example.App"],
  ])("with BP_SPRING_AOT_ENABLED=true %s", async ([, files, command]) => {
    const { commands, outcome } = await built(springApp([], { files }), { BP_SPRING_AOT_ENABLED: "true" });
    expect(commands).toEqual({ web: command });
    expect(outcome.log.some((line) => line.includes("the app has no ahead-of-time code"))).toBe(files !== processed);
  });
});

interface Document {
  readonly components?: readonly { readonly purl?: string }[];
}

describe("the SBOM of java-start", () => {
  const app: FileMap = { "shop.jar": jar(main), "lib/guava.jar": library("guava") };
  const components = async (env: Env) => {
    const { outcome } = await built(app, env);
    const document = outcome.parsed.sbom.launch["cdx.json"] as Document | undefined;
    return document?.components?.flatMap(({ purl }) => purl ?? []);
  };

  test.for<[string, Env, readonly string[] | undefined]>([
    ["lists the jars of a prebuilt app", {}, ["pkg:maven/org.example/guava@1"]],
    [
      "is missing if the buildpack that has built the app writes an SBOM",
      { BPI_JVM_APPLICATION_SBOM: "true" },
      undefined,
    ],
    ["is missing with BP_DISABLE_SBOM=true", { BP_DISABLE_SBOM: "true" }, undefined],
  ])("%s", async ([, env, purls]) => {
    expect(await components(env)).toEqual(purls);
  });
});

test("the next build reuses java-start's layer even if classes of the app changed", async () => {
  const { outcome: first } = await built(springApp(["a"]));
  const next = await rebuild(javaStart, first, {
    app: springApp(["a"], { files: { "BOOT-INF/classes/B.class": "" } }),
  });
  expect(next.parsed.layers["start"]?.files).toBeUndefined();
  expect(launchEnv(next, "web")).toEqual(launchEnv(first, "web"));
});
