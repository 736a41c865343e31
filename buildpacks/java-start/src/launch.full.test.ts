import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FileMap } from "libcnb/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { tomcatMirror } from "../../../test/support/java/tomcat-archives.ts";
import { gradleScript, jar, manifest } from "./test-build.ts";
import { compiled } from "./test-compile.ts";
import { launched } from "./test-launch.ts";

const app = `package com.example;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;

public class App {
  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(System.getenv("PORT"));
    HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
    server.createContext("/", exchange -> {
      byte[] answer = (Greeting.text() + String.join(",", args)).getBytes();
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
      exchange.close();
    });
    server.start();
  }
}
`;
const greeting = (text: string) =>
  `package com.example;\n\npublic class Greeting {\n  public static String text() { return "${text}"; }\n}\n`;

const main = { "Main-Class": "com.example.App" };
let classes: Readonly<Record<string, Buffer>> = {};
let newer: Readonly<Record<string, Buffer>> = {};

beforeAll(async () => {
  const name = "com/example/Greeting.java";
  classes = await compiled({ "com/example/App.java": app, [name]: greeting("hello") });
  newer = await compiled({ [name]: greeting("hello, newer Java") });
});

const helloClass = "com/example/Greeting.class";
const part = (names: RegExp) => Object.fromEntries(Object.entries(classes).filter(([name]) => names.test(name)));
const below = (folder: string, files: FileMap): FileMap =>
  Object.fromEntries(Object.entries(files).map(([name, file]) => [`${folder}/${name}`, file]));

describe("an app responds and ends on SIGTERM if it is", () => {
  test.for<[string, () => FileMap, command: string, answer: string]>([
    ["a jar", () => ({ "shop.jar": jar(main, classes) }), "java -jar shop.jar", "hello"],
    [
      "a jar with a library in its Class-Path",
      () => ({
        "shop.jar": jar({ ...main, "Class-Path": "lib/greeting.jar" }, part(/App/)),
        "lib/greeting.jar": jar({}, part(/Greeting/)),
      }),
      "java -jar shop.jar",
      "hello",
    ],
    [
      "an unpacked multi-release jar",
      () => ({
        "META-INF/MANIFEST.MF": manifest({ ...main, "Multi-Release": "true" }),
        ...classes,
        [`META-INF/versions/11/${helloClass}`]: newer[helloClass] ?? "",
      }),
      "java com.example.App",
      "hello, newer Java",
    ],
    [
      "a distribution whose script is not executable",
      () => ({
        "bin/shop": { contents: gradleScript.replace("guava-33.0", "greeting"), mode: 0o644 },
        "lib/shop-1.0.jar": jar({}, part(/App/)),
        "lib/greeting.jar": jar({}, part(/Greeting/)),
      }),
      "bin/shop",
      "hello",
    ],
    [
      "started by a command with options and arguments",
      () => ({ ...below("out", classes), Procfile: "web: java -cp out com.example.App a $MODE" }),
      "sh -c exec java -cp out com.example.App a $MODE",
      "helloa,x",
    ],
  ])("%s", async ([, files, command, answer]) => {
    expect(await launched(files(), { container: { MODE: "x" } })).toMatchObject({
      commands: { web: command },
      answers: { "/": answer },
      end: 143,
    });
  });

  test("a WAR on Tomcat, with a context path and optional access logs", async () => {
    await using mirror = await tomcatMirror();
    await using temporary = await mkdtempDisposable(join(tmpdir(), "tomcat-"));
    const files = { "index.jsp": "<%= 1 + 1 %> at <%= request.getContextPath() %>", "WEB-INF/web.xml": "<web-app/>" };
    const { commands, answers, end, output } = await launched(files, {
      env: { BP_TOMCAT_MIRROR: mirror.url, BP_TOMCAT_CONTEXT_PATH: "/shop/v1" },
      downloads: true,
      container: { BPL_TOMCAT_ACCESS_LOGGING_ENABLED: "true", TMPDIR: temporary.path },
      paths: ["/shop/v1/"],
    });
    expect({ commands, answers, end }).toEqual({
      commands: { web: "tomcat" },
      answers: { "/shop/v1/": "2 at /shop/v1" },
      end: 143,
    });
    expect(output).toMatch(/"GET \/shop\/v1\/ HTTP\/1.1" 200/);
    expect(output).not.toMatch(/SEVERE|add-opens/);
  });

  test("a WAR on Tomcat with the access logs of an earlier container", async () => {
    await using mirror = await tomcatMirror();
    await using temporary = await mkdtempDisposable(join(tmpdir(), "tomcat-"));
    const given = { env: { BP_TOMCAT_MIRROR: mirror.url }, downloads: true };
    const files = { "index.jsp": "<%= 1 + 1 %>", "WEB-INF/web.xml": "<web-app/>" };
    for (const BPL_TOMCAT_ACCESS_LOGGING_ENABLED of ["true", "false"]) {
      const container = { BPL_TOMCAT_ACCESS_LOGGING_ENABLED, TMPDIR: temporary.path };
      expect(await launched(files, { ...given, container })).toMatchObject({ answers: { "/": "2" }, end: 143 });
    }
  });
});
