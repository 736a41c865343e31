import { expect, test } from "vitest";
import { type AppCase, expectLife, failureOf } from "../../support/apps/app-cases.ts";
import {
  gradleJar,
  javaCase,
  javaFile,
  likeSmall,
  plainJar,
  server,
  small,
  smallMaven,
} from "../../support/java/apps.ts";
import { useJavaWorld } from "../../support/java/world.ts";

/** The few that tell the most in little time. All others: java-*.all.test.ts. */
const world = useJavaWorld();

const feature = server('"" + Runtime.version().feature()');

const cases: readonly AppCase[] = [
  likeSmall("a Maven app", { app: { files: smallMaven() }, says: ["Building with Maven"] }),
  likeSmall("a Gradle app", { app: { files: { ...gradleJar, ...small.code } }, says: ["Building with Gradle"] }),
  javaCase({
    name: "a prebuilt jar",
    compiled: false,
    app: plainJar(feature),
    env: { BP_JVM_VERSION: "25", BP_JVM_DISTRIBUTION: "temurin" },
    says: ["BP_JVM_VERSION"],
    answers: { "/": 25 },
    processes: { web: "java -jar app.jar" },
    // the bill of materials names the jar by its digest
    upgraded: { app: plainJar(server('"7"')), answers: { "/": 7 }, moved: ["SBOM", "app"] },
  }),
];

test.for(cases)("$name is built and starts, and a second build changes no layer", (one) => expectLife(one, world()));

test("cnb build reports a compilation error", async () => {
  const files = { ...smallMaven([]), [javaFile("Main")]: "package com.example;\n\nclass Main { int broken }\n" };
  const log = await failureOf({ files }, world());
  expect(log).toContain("Main.java:[3,");
});
