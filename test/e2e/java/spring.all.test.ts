import { expect, test } from "vitest";
import { type AppCase, expectLife } from "../../support/apps/app-cases.ts";
import { javaCase, javaFile } from "../../support/java/apps.ts";
import { hello, spring } from "../../support/java/frameworks.ts";
import { useJavaWorld } from "../../support/java/world.ts";

/** Spring Boot of each generation. */
const world = useJavaWorld({ near: true });

/** As BOOT-INF/layers.idx has them, without those that are empty. */
const slices = { dependencies: "app slice 1 of 3", application: "app slice 3 of 3" };

const changed = (java: number) => ({
  files: { [javaFile("Hello")]: hello("Changed") },
  answers: { "/": `Changed from ${java}` },
  moved: [slices.application],
});

const cases: readonly AppCase[] = [
  javaCase({
    name: "Spring Boot 2.7",
    app: { files: spring("2.7.18", ["web"]) },
    says: ["Spring Boot 2.7.18"],
    answers: { "/": "Hello from 11" },
    changed: changed(11),
  }),
  javaCase({
    name: "Spring Boot 3 with a health endpoint",
    app: { files: spring("3.5.7", ["web", "actuator"]) },
    says: ["Spring Boot 3.5.7"],
    answers: { "/": "Hello from 17", "/actuator/health": { status: "UP" } },
    changed: changed(17),
    upgraded: {
      app: { files: spring("3.5.7", ["web"]) },
      // Spring Boot lays its list of the class path beside the app's classes
      moved: ["libcnb/java-start:start", "SBOM", slices.dependencies, slices.application],
      answers: { "/": "Hello from 17", "/actuator/health": [404, expect.objectContaining({ error: "Not Found" })] },
    },
  }),
  javaCase({
    name: "Spring Boot 3 with WebFlux",
    app: { files: spring("3.5.7", ["webflux"]) },
    says: ["Spring Boot 3.5.7"],
    answers: { "/": "Hello from 17" },
    changed: changed(17),
  }),
  javaCase({
    name: "Spring Boot 4",
    app: { files: spring("4.0.0", ["webmvc"]) },
    says: ["Spring Boot 4.0.0"],
    answers: { "/": "Hello from 17" },
    changed: changed(17),
  }),
  javaCase({
    name: "Spring Boot as an executable WAR",
    app: { files: spring("3.5.7", ["web"], {}, { packaging: "war" }) },
    says: ["Spring Boot 3.5.7"],
    answers: { "/": "Hello from 17" },
  }),
  javaCase({
    name: "Spring Boot on a Java 17 runtime created by jlink",
    app: { files: spring("3.5.7", ["web"]) },
    env: { BP_JVM_JLINK_ENABLED: "true" },
    says: ["jlink"],
    answers: { "/": "Hello from 17" },
    changed: changed(17),
  }),
];

test.for(cases)("an app with $name is built and starts, and a second build changes no layer", (one) =>
  expectLife(one, world()),
);
