import type { FileMap } from "libcnb/testing";
import { afterAll, expect, test } from "vitest";
import { componentsIn } from "../build-tool.conformance.ts";
import { gradleMachine } from "./test-gradle.ts";

// this plugin knows no newer Java
const machine = await gradleMachine("11");
afterAll(() => machine[Symbol.asyncDispose]());

const app: FileMap = {
  "settings.gradle": "rootProject.name = 'demo'\n",
  "build.gradle": `buildscript {
  repositories { mavenCentral() }
  dependencies { classpath 'org.springframework.boot:spring-boot-gradle-plugin:2.1.18.RELEASE' }
}
apply plugin: 'java'
apply plugin: 'org.springframework.boot'
apply plugin: 'io.spring.dependency-management'
version = '0.0.1-SNAPSHOT'
repositories { mavenCentral() }
configurations { developmentOnly; runtimeClasspath { extendsFrom developmentOnly } }
dependencies {
  implementation 'org.springframework.boot:spring-boot-starter'
  developmentOnly 'org.springframework.boot:spring-boot-devtools'
}
`,
  "src/main/java/demo/Demo.java": `package demo;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class Demo {
    // a letter that is two bytes: Straße
    static final String STREET = "Stra\u00dfe";

    public static void main(String[] args) {
        SpringApplication.run(Demo.class, args);
    }
}
`,
};

test("a Spring Boot app is unpacked, and its components match the files in it", {
  timeout: 900_000,
}, async () => {
  const outcome = await machine.build(app);
  const names = Object.keys(outcome.app);
  const jars = names.flatMap((name) => /^BOOT-INF\/lib\/(.*)\.jar$/.exec(name)?.[1] ?? []);
  expect(names).toContain("BOOT-INF/classes/demo/Demo.class");
  expect(componentsIn(outcome.layers).map((each) => each.replace(" ", "-"))).toEqual(jars.toSorted());
  expect(jars).toContain("spring-boot-2.1.18.RELEASE");
  expect(jars.filter((name) => name.includes("devtools"))).toEqual([]);
  const code = Buffer.from(outcome.app["BOOT-INF/classes/demo/Demo.class"] as Uint8Array);
  expect(code.includes("Stra\u00dfe")).toBe(true);
});
