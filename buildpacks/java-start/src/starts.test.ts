import type { FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import {
  built,
  type Env,
  gradleScript,
  jar,
  library,
  manifest,
  springApp,
  springFiles,
  springManifest,
} from "./test-build.ts";

const main = { "Main-Class": "com.example.App" };
const distribution: FileMap = {
  "bin/shop": gradleScript,
  "lib/shop-1.0.jar": jar({}),
  "lib/guava.jar": library("guava"),
};
const springJar = jar(springManifest(), springFiles(["a"]));

describe("the start command of a Java app", () => {
  test.for<[string, FileMap, string, Env?]>([
    ["starts an executable jar", { "shop.jar": jar(main) }, "java -jar shop.jar"],
    ["starts a jar whose name looks like an option", { "-a b.jar": jar(main) }, "java -jar ./-a b.jar"],
    [
      "starts the only executable jar",
      { "a.jar": jar({}), "shop.jar": jar(main), "shop-sources.jar": jar(main) },
      "java -jar shop.jar",
    ],
    ["starts the shaded jar", { "original-shop.jar": jar(main), "shop.jar": jar(main) }, "java -jar shop.jar"],
    [
      "starts the jar in BP_EXECUTABLE_JAR_LOCATION",
      { "a.jar": jar(main), "b.jar": jar(main) },
      "java -jar b.jar",
      { BP_EXECUTABLE_JAR_LOCATION: "b.jar" },
    ],
    [
      "starts the jar that matches a pattern in BP_EXECUTABLE_JAR_LOCATION",
      { "a.jar": jar(main), "apps/shop-1.jar": jar(main) },
      "java -jar shop-1.jar",
      { BP_EXECUTABLE_JAR_LOCATION: "./apps/shop-*.jar" },
    ],
    ["starts the main class of an unpacked jar", { "META-INF/MANIFEST.MF": manifest(main) }, "java com.example.App"],
    [
      "opens the packages in the manifest of an unpacked jar",
      {
        "META-INF/MANIFEST.MF": manifest({
          ...main,
          "Add-Opens": "java.base/java.lang",
          "Enable-Native-Access": "ALL-UNNAMED",
        }),
      },
      "java --add-opens java.base/java.lang=ALL-UNNAMED com.example.App",
    ],
    ["starts the class of an unpacked Spring Boot app", springApp(["spring-core"]), "java com.example.App"],
    ["starts the class of a packed Spring Boot app", { "shop.jar": springJar }, "java com.example.App"],
    [
      "starts the app's own main class of a Spring Boot app",
      springApp([], { attributes: { "Main-Class": "com.example.Main" } }),
      "java com.example.Main",
    ],
    [
      "starts the PropertiesLauncher of a Spring Boot app",
      springApp([], { attributes: { "Main-Class": "org.springframework.boot.loader.launch.PropertiesLauncher" } }),
      "java org.springframework.boot.loader.launch.PropertiesLauncher",
    ],
    [
      "starts the loader of a Spring Boot app with developer tools",
      springApp(["spring-boot-devtools-3.5.7"]),
      "java org.springframework.boot.loader.launch.JarLauncher",
    ],
    [
      "starts the jar in the directory of a Quarkus app",
      { "quarkus-run.jar": jar(main), "lib/main/a.jar": library("a") },
      "java -jar quarkus-run.jar",
    ],
    ["starts the script of a distribution", distribution, "bin/shop"],
    [
      "starts the script of a distribution in a subdirectory",
      Object.fromEntries(Object.entries(distribution).map(([name, file]) => [`shop-1.0/${name}`, file])),
      "bin/shop",
    ],
    [
      "starts the script in BP_APPLICATION_SCRIPT",
      { ...distribution, "bin/admin": gradleScript },
      "bin/admin",
      { BP_APPLICATION_SCRIPT: "bin/adm*" },
    ],
    [
      "starts the jar in BP_JAVA_PROJECT_PATH",
      { "apps/shop/shop.jar": jar(main), "tool.jar": jar(main) },
      "java -jar shop.jar",
      { BP_JAVA_PROJECT_PATH: "apps/shop" },
    ],
    [
      "starts the jar that a build has written to the app's root",
      { "shop.jar": jar(main) },
      "java -jar shop.jar",
      { BP_JAVA_PROJECT_PATH: "apps/shop" },
    ],
    [
      "is the web command of a Procfile",
      { "shop.jar": jar(main), Procfile: "web: java -Xmx1g -jar shop.jar --now" },
      "java -Xmx1g -jar shop.jar --now",
    ],
    [
      "is the command in BP_JAVA_START",
      { "shop.jar": jar(main), Procfile: "web: x" },
      "java -cp shop.jar com.example.Other",
      { BP_JAVA_START: "java -cp shop.jar com.example.Other" },
    ],
    [
      "is the web command of a Procfile if the app has several jars",
      { "a.jar": jar(main), "b.jar": jar(main), Procfile: "web: java -jar b.jar" },
      "java -jar b.jar",
    ],
    [
      "keeps a Spring Boot jar that the Procfile names packed",
      { "shop.jar": springJar, Procfile: "web: java -jar shop.jar" },
      "java -jar shop.jar",
    ],
    [
      "names the jar in the image if the Procfile names it in build/libs/",
      { "shop-1.jar": jar(main), Procfile: "web: java -Xmx1g -jar build/libs/*.jar --now" },
      "java -Xmx1g -jar shop-1.jar --now",
    ],
    [
      "names the main class of an unpacked Spring Boot app if the Procfile names the jar in target/",
      { ...springApp([]), Procfile: "web: java $JAVA_OPTS -Dserver.port=$PORT -jar target/shop-1.2.3.jar" },
      "sh -c exec java $JAVA_OPTS -Dserver.port=$PORT com.example.App",
    ],
    [
      "leaves out environment variables before a command in the Procfile",
      { "shop.jar": jar(main), Procfile: "web: MODE=x java -jar shop.jar" },
      "java -jar shop.jar",
    ],
  ])("%s", async ([, app, command, env]) => {
    expect((await built(app, env)).commands).toEqual({ web: command });
  });

  test("does not replace processes other than web in a Procfile", async () => {
    const app = {
      ...springApp([]),
      Procfile: "worker: java -jar target/shop.jar --worker\nrelease: ./migrate && ./clean",
    };
    expect((await built({ ...app, Procfile: `web: java -jar x.jar\n${app.Procfile}` })).commands).toEqual({
      web: "java com.example.App",
      worker: "java com.example.App --worker",
      release: "with-signals sh -c ./migrate && ./clean",
    });
    expect((await built(app)).commands).toEqual({
      worker: "java com.example.App --worker",
      release: "with-signals sh -c ./migrate && ./clean",
    });
  });

  test("is disabled by BP_JAVA_START=none", async () => {
    const { commands, lines, variables } = await built(springApp([]), { BP_JAVA_START: "none" });
    expect({ commands, lines }).toEqual({ commands: {}, lines: ["The image has no process: BP_JAVA_START is none"] });
    expect(variables["CLASSPATH"]).toBe("<app>/BOOT-INF/classes");
  });
});

describe("the log of a Java app's build shows", () => {
  test.for<[string, FileMap, readonly string[], Env?]>([
    [
      "the chosen command and the reason",
      springApp([]),
      [
        'Starting the app with "java com.example.App"',
        "Chosen because of Start-Class in META-INF/MANIFEST.MF (Spring Boot 3.5.7); to start something else, write the command after web: in a Procfile, or set BP_JAVA_START",
      ],
    ],
    [
      "the reason to use Spring Boot's loader",
      springApp(["spring-boot-devtools-3.5.7"]),
      [
        'Starting the app with "java org.springframework.boot.loader.launch.JarLauncher"',
        "Chosen because of Main-Class in META-INF/MANIFEST.MF (Spring Boot 3.5.7; started by its loader because it contains spring-boot-devtools); to start something else, write the command after web: in a Procfile, or set BP_JAVA_START",
      ],
    ],
    [
      "that a path of the build differs in the image",
      { ...springApp([]), Procfile: "web: java -jar target/shop.jar" },
      [
        'Starting the app with "java com.example.App"',
        "Chosen because of web in Procfile, adapted because the image contains target/shop.jar unpacked or at another path",
      ],
    ],
    [
      "a warning that a file of the command is not in the image",
      { "a.jar": jar({}), Procfile: "web: java -jar target/shop.jar" },
      [
        'Starting the app with "java -jar target/shop.jar"',
        "Chosen because of web in Procfile",
        "web in Procfile runs target/shop.jar, which the image does not have. Check the path: it is relative to the app's root after the build.",
      ],
    ],
    [
      "a warning that the jars in the Class-Path are missing",
      { "shop.jar": jar({ ...main, "Class-Path": "lib/a.jar lib/b.jar" }) },
      [
        'Starting the app with "java -jar shop.jar"',
        "Chosen because of Main-Class in shop.jar; to start something else, write the command after web: in a Procfile, or set BP_JAVA_START",
        "shop.jar cannot find its dependencies: its Class-Path names lib/a.jar and 1 more, which the app does not have. Configure the build to copy them (dependency:copy-dependencies) or to pack them into the jar (maven-shade-plugin, spring-boot-maven-plugin).",
      ],
    ],
    [
      "a note that a script needs bash",
      { ...distribution, "bin/shop": gradleScript.replace("/bin/sh", "/usr/bin/env bash") },
      [
        'Starting the app with "bin/shop"',
        "Chosen because of the script bin/shop; to start another script, set BP_APPLICATION_SCRIPT to it",
        "bin/shop is a bash script: the run image must have bash.",
      ],
    ],
  ])("%s", async ([, app, lines, env]) => {
    expect((await built(app, env)).lines).toEqual(lines);
  });
});
