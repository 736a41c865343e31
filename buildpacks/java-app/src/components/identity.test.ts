import { expect, test } from "vitest";
import { parseManifest } from "../manifest.ts";
import { identityOf } from "./identity.ts";

const slf4j = { group: "org.slf4j", artifact: "slf4j-api", version: "2.0.17" };
const shaded = { group: "com.google.guava", artifact: "guava", version: "33.4.8-jre" };

test.for<[string, string, Partial<Parameters<typeof identityOf>[0]> & { readonly text?: string }, string]>([
  [
    "the coordinates of a jar are those in its pom.properties",
    "slf4j-api-2.0.17.jar",
    { pomProperties: [slf4j] },
    "org.slf4j:slf4j-api:2.0.17",
  ],
  [
    "the coordinates of a renamed jar are those in its pom.properties",
    "renamed.jar",
    { pomProperties: [slf4j] },
    "org.slf4j:slf4j-api:2.0.17",
  ],
  [
    "the coordinates of a jar with several pom.properties are those that match its file name",
    "lib/slf4j-api-2.0.17.jar",
    { pomProperties: [shaded, slf4j] },
    "org.slf4j:slf4j-api:2.0.17",
  ],
  [
    "the coordinates of a jar with several pom.properties are those that match its file name without a version",
    "slf4j-api.jar",
    { pomProperties: [shaded, slf4j] },
    "org.slf4j:slf4j-api:2.0.17",
  ],
  [
    "the coordinates of a jar with several pom.properties are read from its file name if no pom.properties matches",
    "all-1.0.jar",
    { pomProperties: [shaded, slf4j] },
    ":all:1.0",
  ],
  [
    "the group of a jar of Spring is known",
    "spring-core-6.2.7.jar",
    { text: "Implementation-Title: spring-core" },
    "org.springframework:spring-core:6.2.7",
  ],
  [
    "the group of a jar of Spring Boot is known",
    "spring-boot-3.5.0.jar",
    {},
    "org.springframework.boot:spring-boot:3.5.0",
  ],
  [
    "the group of a jar of Micronaut is known",
    "micronaut-http-client-4.1.0.jar",
    {},
    "io.micronaut:micronaut-http-client:4.1.0",
  ],
  [
    "the group of a Micronaut module is known",
    "micronaut-serde-api-2.1.0.jar",
    {},
    "io.micronaut.serde:micronaut-serde-api:2.1.0",
  ],
  [
    "the group of a jar is read from the bundle's symbolic name",
    "tomcat-embed-core-10.1.41.jar",
    { text: "Bundle-SymbolicName: org.apache.tomcat-embed-core" },
    "org.apache.tomcat.embed:tomcat-embed-core:10.1.41",
  ],
  [
    "the group of a jar is read from a symbolic name that repeats the artifact",
    "jakarta.el-api-5.0.jar",
    { text: "Bundle-SymbolicName: jakarta.el.jakarta.el-api;singleton:=true" },
    "jakarta.el:jakarta.el-api:5.0",
  ],
  [
    "the group of a jar is its vendor ID in the manifest",
    "x-1.0-SNAPSHOT.jar",
    { text: "Implementation-Vendor-Id: com.acme" },
    "com.acme:x:1.0-SNAPSHOT",
  ],
  [
    "a vendor ID in the manifest of a jar is ignored if it is not a group",
    "x-1.0.jar",
    { text: "Implementation-Vendor-Id: Acme Inc" },
    ":x:1.0",
  ],
  [
    "the version of a jar is read from its manifest",
    "ojdbc11.jar",
    { text: "Implementation-Version: 23.4.0.24.05" },
    ":ojdbc11:23.4.0.24.05",
  ],
  [
    "a malformed version in the manifest of a jar is ignored",
    "x.jar",
    { text: "Implementation-Version: see there" },
    ":x:",
  ],
  [
    "a classifier in the file name of a jar is part of the version",
    "guice-5.1.0-classes.jar",
    {},
    "com.google.inject:guice:5.1.0-classes",
  ],
  ["a jar without a name has empty coordinates", ".jar", {}, "::"],
])("%s", ([, file, { text = "", pomProperties = [] }, expected]) => {
  const { group, name, version } = identityOf({ file, manifest: parseManifest(text), pomProperties });
  expect(`${group}:${name}:${version}`).toBe(expected);
});
