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

describe("the app's start command", () => {
  test.for<[string, FileMap, string, Env?]>([
    ["a jar", { "shop.jar": jar(main) }, "java -jar shop.jar"],
    ["a jar with an odd name", { "-a b.jar": jar(main) }, "java -jar ./-a b.jar"],
    [
      "the only jar that starts",
      { "a.jar": jar({}), "shop.jar": jar(main), "shop-sources.jar": jar(main) },
      "java -jar shop.jar",
    ],
    ["the jar that shading has made", { "original-shop.jar": jar(main), "shop.jar": jar(main) }, "java -jar shop.jar"],
    [
      "the jar that is named",
      { "a.jar": jar(main), "b.jar": jar(main) },
      "java -jar b.jar",
      { BP_EXECUTABLE_JAR_LOCATION: "b.jar" },
    ],
    [
      "the jar that a pattern names",
      { "a.jar": jar(main), "apps/shop-1.jar": jar(main) },
      "java -jar shop-1.jar",
      { BP_EXECUTABLE_JAR_LOCATION: "./apps/shop-*.jar" },
    ],
    ["an unpacked jar", { "META-INF/MANIFEST.MF": manifest(main) }, "java com.example.App"],
    [
      "an unpacked jar that may look into Java",
      {
        "META-INF/MANIFEST.MF": manifest({
          ...main,
          "Add-Opens": "java.base/java.lang",
          "Enable-Native-Access": "ALL-UNNAMED",
        }),
      },
      "java --add-opens java.base/java.lang=ALL-UNNAMED com.example.App",
    ],
    ["an unpacked app of Spring Boot", springApp(["spring-core"]), "java com.example.App"],
    ["one that is packed", { "shop.jar": springJar }, "java com.example.App"],
    [
      "one with a main class of its own",
      springApp([], { attributes: { "Main-Class": "com.example.Main" } }),
      "java com.example.Main",
    ],
    [
      "one that its loader sets up",
      springApp([], { attributes: { "Main-Class": "org.springframework.boot.loader.launch.PropertiesLauncher" } }),
      "java org.springframework.boot.loader.launch.PropertiesLauncher",
    ],
    [
      "one that has tools for developers in it",
      springApp(["spring-boot-devtools-3.5.7"]),
      "java org.springframework.boot.loader.launch.JarLauncher",
    ],
    ["Quarkus' folder", { "quarkus-run.jar": jar(main), "lib/main/a.jar": library("a") }, "java -jar quarkus-run.jar"],
    ["a distribution", distribution, "bin/shop"],
    [
      "a distribution in a folder",
      Object.fromEntries(Object.entries(distribution).map(([name, file]) => [`shop-1.0/${name}`, file])),
      "bin/shop",
    ],
    [
      "the script that is named",
      { ...distribution, "bin/admin": gradleScript },
      "bin/admin",
      { BP_APPLICATION_SCRIPT: "bin/adm*" },
    ],
    [
      "a project in a folder",
      { "apps/shop/shop.jar": jar(main), "tool.jar": jar(main) },
      "java -jar shop.jar",
      { BP_JAVA_PROJECT_PATH: "apps/shop" },
    ],
    [
      "what a build has put into the app's root",
      { "shop.jar": jar(main) },
      "java -jar shop.jar",
      { BP_JAVA_PROJECT_PATH: "apps/shop" },
    ],
    [
      "a Procfile",
      { "shop.jar": jar(main), Procfile: "web: java -Xmx1g -jar shop.jar --now" },
      "java -Xmx1g -jar shop.jar --now",
    ],
    [
      "a command",
      { "shop.jar": jar(main), Procfile: "web: x" },
      "java -cp shop.jar com.example.Other",
      { BP_JAVA_START: "java -cp shop.jar com.example.Other" },
    ],
    [
      "a jar beside others, as the Procfile says",
      { "a.jar": jar(main), "b.jar": jar(main), Procfile: "web: java -jar b.jar" },
      "java -jar b.jar",
    ],
    [
      "a jar of Spring Boot that the Procfile names stays one",
      { "shop.jar": springJar, Procfile: "web: java -jar shop.jar" },
      "java -jar shop.jar",
    ],
    [
      "where the build puts a jar, it is elsewhere in the image",
      { "shop-1.jar": jar(main), Procfile: "web: java -Xmx1g -jar build/libs/*.jar --now" },
      "java -Xmx1g -jar shop-1.jar --now",
    ],
    [
      "where the build puts a jar of Spring Boot, none is in the image",
      { ...springApp([]), Procfile: "web: java $JAVA_OPTS -Dserver.port=$PORT -jar target/shop-1.2.3.jar" },
      "sh -c exec java $JAVA_OPTS -Dserver.port=$PORT com.example.App",
    ],
    [
      "variables before the command",
      { "shop.jar": jar(main), Procfile: "web: MODE=x java -jar shop.jar" },
      "java -jar shop.jar",
    ],
  ])("%s", async ([, app, command, env]) => {
    expect((await built(app, env)).commands).toEqual({ web: command });
  });

  test("other processes of a Procfile are kept", async () => {
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

  test("the user can disable the default process", async () => {
    const { commands, lines, variables } = await built(springApp([]), { BP_JAVA_START: "none" });
    expect({ commands, lines }).toEqual({ commands: {}, lines: ["The image has no process: BP_JAVA_START is none"] });
    expect(variables["CLASSPATH"]).toBe("<app>/BOOT-INF/classes");
  });
});

describe("the log shows", () => {
  test.for<[string, FileMap, readonly string[], Env?]>([
    [
      "what was chosen, and why",
      springApp([]),
      [
        'Starting the app with "java com.example.App"',
        "Chosen because of Start-Class in META-INF/MANIFEST.MF (Spring Boot 3.5.7); write another command behind web: in a Procfile, or set BP_JAVA_START",
      ],
    ],
    [
      "why Spring Boot's loader is used",
      springApp(["spring-boot-devtools-3.5.7"]),
      [
        'Starting the app with "java org.springframework.boot.loader.launch.JarLauncher"',
        "Chosen because of Main-Class in META-INF/MANIFEST.MF (Spring Boot 3.5.7; its loader, as spring-boot-devtools is in it); write another command behind web: in a Procfile, or set BP_JAVA_START",
      ],
    ],
    [
      "that a path of the build is another one in the image",
      { ...springApp([]), Procfile: "web: java -jar target/shop.jar" },
      [
        'Starting the app with "java com.example.App"',
        "Chosen because of web in Procfile, where target/shop.jar is what the image has in another place",
      ],
    ],
    [
      "that a file is not in the image",
      { "a.jar": jar({}), Procfile: "web: java -jar target/shop.jar" },
      [
        'Starting the app with "java -jar target/shop.jar"',
        "Chosen because of web in Procfile",
        "web in Procfile runs target/shop.jar, which the image does not have. Check the path: it is relative to the app as it is after the build.",
      ],
    ],
    [
      "that the dependencies are not there",
      { "shop.jar": jar({ ...main, "Class-Path": "lib/a.jar lib/b.jar" }) },
      [
        'Starting the app with "java -jar shop.jar"',
        "Chosen because of Main-Class in shop.jar; write another command behind web: in a Procfile, or set BP_JAVA_START",
        "shop.jar cannot find its dependencies: its Class-Path names lib/a.jar and 1 more, which the app does not have. Let the build copy them there (dependency:copy-dependencies), or pack them into the jar (maven-shade-plugin, spring-boot-maven-plugin).",
      ],
    ],
    [
      "that a script needs bash",
      { ...distribution, "bin/shop": gradleScript.replace("/bin/sh", "/usr/bin/env bash") },
      [
        'Starting the app with "bin/shop"',
        "Chosen because of the script bin/shop; BP_APPLICATION_SCRIPT names another one",
        "bin/shop runs in bash, which the run image must have.",
      ],
    ],
  ])("%s", async ([, app, lines, env]) => {
    expect((await built(app, env)).lines).toEqual(lines);
  });
});
