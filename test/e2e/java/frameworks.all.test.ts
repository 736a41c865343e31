import { test } from "vitest";
import { type AppCase, expectLife } from "../../support/apps/app-cases.ts";
import { forJava, jars, javaCase, javaFile, pom } from "../../support/java/apps.ts";
import {
  dropwizard,
  kotlin,
  type Library,
  libraries,
  micronaut,
  micronautHello,
  quarkus,
  quarkusHello,
} from "../../support/java/frameworks.ts";
import { useJavaWorld } from "../../support/java/world.ts";

/** Apps as the guides of their frameworks show them. */
const world = useJavaWorld({ near: true });

const libraryApp = ({ dependencies, boms = [], main, plugins = jars.shaded }: Library) => ({
  "pom.xml": pom({ properties: forJava("17"), boms, dependencies, plugins }),
  [javaFile("Main")]: main,
});

const cases: readonly AppCase[] = [
  javaCase({
    name: "Quarkus",
    app: { files: quarkus() },
    says: ["Quarkus"],
    answers: { "/": "Hello from Quarkus" },
    changed: {
      files: { [javaFile("Hello")]: quarkusHello("Changed") },
      answers: { "/": "Changed from Quarkus" },
      moved: ["app slice 2 of 2"],
    },
  }),
  javaCase({
    name: "Quarkus as a single jar",
    app: { files: quarkus("quarkus.package.jar.type=uber-jar\n") },
    says: ["Quarkus"],
    answers: { "/": "Hello from Quarkus" },
  }),
  javaCase({
    name: "Micronaut",
    app: { files: micronaut() },
    says: ["Building with Maven", "Main-Class in"],
    answers: { "/": "Hello from Micronaut" },
    changed: {
      files: { [javaFile("Hello")]: micronautHello("Changed") },
      answers: { "/": "Changed from Micronaut" },
      moved: ["app"],
    },
  }),
  ...Object.entries(libraries).map(([name, library]: readonly [string, Library]) =>
    javaCase({
      name,
      app: { files: libraryApp(library) },
      says: ["Building with Maven"],
      answers: { "/": "Hello" },
      changed: {
        files: { [javaFile("Main")]: library.main.replace('"Hello"', '"Changed"') },
        answers: { "/": "Changed" },
        moved: ["app"],
      },
    }),
  ),
  javaCase({
    name: "Dropwizard",
    app: {
      files: {
        ...libraryApp(dropwizard),
        ...dropwizard.files,
        Procfile:
          "web: java $JAVA_OPTS -jar app-1.0.0.jar server config.yml\ncheck: java -jar app-1.0.0.jar check config.yml\n",
      },
    },
    env: { BP_INCLUDE_FILES: "config.yml:Procfile" },
    says: ["Procfile"],
    answers: { "/": "Hello" },
  }),
  javaCase({
    name: "Ktor in Kotlin",
    app: { files: kotlin },
    says: ["Building with Maven"],
    answers: { "/": "Hello" },
    changed: {
      files: {
        "src/main/kotlin/com/example/Main.kt": kotlin["src/main/kotlin/com/example/Main.kt"].replace(
          '"Hello"',
          '"Changed"',
        ),
      },
      answers: { "/": "Changed" },
      moved: ["app"],
    },
  }),
];

test.for(cases)("an app with $name is built and starts, and a second build changes no layer", (one) =>
  expectLife(one, world()),
);
