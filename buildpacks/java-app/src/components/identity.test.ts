import { expect, test } from "vitest";
import { parseManifest } from "../manifest.ts";
import { identityOf } from "./identity.ts";

const slf4j = { group: "org.slf4j", artifact: "slf4j-api", version: "2.0.17" };
const shaded = { group: "com.google.guava", artifact: "guava", version: "33.4.8-jre" };

test.for<[string, Partial<Parameters<typeof identityOf>[0]> & { readonly text?: string }, string]>([
  ["slf4j-api-2.0.17.jar", { pomProperties: [slf4j] }, "org.slf4j:slf4j-api:2.0.17"],
  ["renamed.jar", { pomProperties: [slf4j] }, "org.slf4j:slf4j-api:2.0.17"],
  ["lib/slf4j-api-2.0.17.jar", { pomProperties: [shaded, slf4j] }, "org.slf4j:slf4j-api:2.0.17"],
  ["slf4j-api.jar", { pomProperties: [shaded, slf4j] }, "org.slf4j:slf4j-api:2.0.17"],
  ["all-1.0.jar", { pomProperties: [shaded, slf4j] }, ":all:1.0"],
  ["spring-core-6.2.7.jar", { text: "Implementation-Title: spring-core" }, "org.springframework:spring-core:6.2.7"],
  ["spring-boot-3.5.0.jar", {}, "org.springframework.boot:spring-boot:3.5.0"],
  ["micronaut-http-client-4.1.0.jar", {}, "io.micronaut:micronaut-http-client:4.1.0"],
  ["micronaut-serde-api-2.1.0.jar", {}, "io.micronaut.serde:micronaut-serde-api:2.1.0"],
  [
    "tomcat-embed-core-10.1.41.jar",
    { text: "Bundle-SymbolicName: org.apache.tomcat-embed-core" },
    "org.apache.tomcat.embed:tomcat-embed-core:10.1.41",
  ],
  [
    "jakarta.el-api-5.0.jar",
    { text: "Bundle-SymbolicName: jakarta.el.jakarta.el-api;singleton:=true" },
    "jakarta.el:jakarta.el-api:5.0",
  ],
  ["x-1.0-SNAPSHOT.jar", { text: "Implementation-Vendor-Id: com.acme" }, "com.acme:x:1.0-SNAPSHOT"],
  ["x-1.0.jar", { text: "Implementation-Vendor-Id: Acme Inc" }, ":x:1.0"],
  ["ojdbc11.jar", { text: "Implementation-Version: 23.4.0.24.05" }, ":ojdbc11:23.4.0.24.05"],
  ["x.jar", { text: "Implementation-Version: see there" }, ":x:"],
  ["guice-5.1.0-classes.jar", {}, "com.google.inject:guice:5.1.0-classes"],
  [".jar", {}, "::"],
])("the identity of %s is %j", ([file, { text = "", pomProperties = [] }, expected]) => {
  const { group, name, version } = identityOf({ file, manifest: parseManifest(text), pomProperties });
  expect(`${group}:${name}:${version}`).toBe(expected);
});
