import type { FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import { javaFile } from "../../../test/support/java/apps.ts";
import { micronaut, quarkus, servlet, spring, webApp } from "../../../test/support/java/frameworks.ts";
import { tomcatMirror } from "../../../test/support/java/tomcat-archives.ts";
import { launched } from "./test-launch.ts";
import { packaged } from "./test-maven.ts";

/** The archive that starts. */
const archive = /^((?!original-)[^/]+\.[jw]ar)$/;

const executableWar = spring("3.5.7", ["web", "tomcat::provided"], {}, { packaging: "war" });
const reactive = spring("3.5.7", ["webflux"]);
const uberJar = ["-Dquarkus.package.jar.type=uber-jar"];
const page: FileMap = { "src/main/webapp/index.jsp": "<%= 1 + 1 %>\n" };

interface Case {
  readonly app: () => Promise<FileMap>;
  readonly command?: string;
  readonly answer: RegExp;
  readonly path?: string;
  /** The response of the app about itself. */
  readonly says?: RegExp;
  readonly env?: Readonly<Record<string, string>>;
}

const cases: Readonly<Record<string, Case>> = {
  "Spring Boot 2.7": {
    app: () => packaged(spring("2.7.18", ["web"]), archive),
    command: "java com.example.App",
    answer: /^Hello from 17$/,
  },
  "Spring Boot 3": {
    app: () => packaged(spring("3.5.7", ["web"]), archive),
    command: "java com.example.App",
    answer: /^Hello from 17$/,
    says: /Starting App v1\.0\.0 using Java 17/,
  },
  "Spring Boot 4": {
    app: () => packaged(spring("4.0.0", ["web"]), archive),
    command: "java com.example.App",
    answer: /^Hello from 17$/,
    says: /Starting App v1\.0\.0 using Java 17/,
  },
  "Spring Boot as one jar": {
    app: async () => ({
      ...(await packaged(spring("3.5.7", ["web"]), archive)),
      Procfile: "web: java -jar app-1.0.0.jar",
    }),
    command: "java -jar app-1.0.0.jar",
    answer: /^Hello from 17$/,
  },
  "Spring WebFlux": {
    app: () => packaged(reactive, archive),
    command: "java com.example.App",
    answer: /^Hello from 17$/,
  },
  "a WAR of Spring Boot with its own server": {
    app: () => packaged(executableWar, archive),
    command: "java com.example.App",
    answer: /^Hello from 17$/,
  },
  "Quarkus in a directory": {
    app: () => packaged(quarkus(), /^quarkus-app\/(.*)$/),
    command: "java -jar quarkus-run.jar",
    answer: /^Hello from Quarkus$/,
  },
  "Quarkus as an uber-jar": {
    app: () => packaged(quarkus(), /^([^/]+-runner\.jar)$/, uberJar),
    command: "java -jar app-1.0.0-runner.jar",
    answer: /^Hello from Quarkus$/,
  },
  Micronaut: {
    app: () => packaged(micronaut(), archive),
    command: "java -jar app-1.0.0.jar",
    answer: /^Hello from Micronaut$/,
  },
  "a WAR that uses jakarta.servlet": {
    app: () => packaged({ ...webApp(), ...page }, archive),
    answer: /^Hello from$/,
    path: "/hello",
    says: /Apache Tomcat\/10\.1/,
  },
  "a WAR that uses javax.servlet": {
    app: () => packaged({ ...webApp("javax"), ...page }, archive),
    answer: /^2$/,
    path: "/index.jsp",
    says: /Apache Tomcat\/9\.0\.117/,
    env: { BP_TOMCAT_VERSION: "9.0.117" },
  },
  "a WAR on the newest Tomcat": {
    app: () => packaged({ ...webApp(), [javaFile("Hello")]: servlet("Newest") }, archive),
    answer: /^Newest from \/shop$/,
    path: "/shop/hello",
    says: /Apache Tomcat\/11\.0\.24/,
    env: { BP_TOMCAT_VERSION: "11.0.24", BP_TOMCAT_CONTEXT_PATH: "shop" },
  },
};

test.for(Object.entries(cases))(
  'an app of the kind "%s" responds and ends on SIGTERM',
  { timeout: 900_000 },
  async ([, given]) => {
    const { app, command = "tomcat", answer, path = "/", says = /./, env = {} } = given;
    await using mirror = await tomcatMirror();
    const { output, ...seen } = await launched(await app(), {
      env: { BP_TOMCAT_MIRROR: mirror.url, ...env },
      downloads: true,
      paths: [path],
    });
    expect(seen).toEqual({ commands: { web: command }, answers: { [path]: expect.stringMatching(answer) }, end: 143 });
    expect(output).toMatch(says);
  },
);
