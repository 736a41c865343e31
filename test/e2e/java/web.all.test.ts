import { test } from "vitest";
import { type AppCase, expectLife } from "../../support/apps/app-cases.ts";
import { javaCase, javaFile } from "../../support/java/apps.ts";
import { servlet, webApp } from "../../support/java/frameworks.ts";
import { useJavaWorld } from "../../support/java/world.ts";

/** Web apps for a container of servlets. */
const world = useJavaWorld({ near: true });

const cases: readonly AppCase[] = [
  {
    name: "a Jakarta EE WAR",
    app: { files: webApp() },
    says: ["Building with Maven", "Tomcat 10"],
    answers: { "/": /<title>Hello/, "/hello": "Hello from " },
    changed: {
      files: { [javaFile("Hello")]: servlet("Changed") },
      answers: { "/": /<title>Hello/, "/hello": "Changed from " },
      moved: ["app"],
    },
  },
  {
    name: "a Java EE WAR",
    app: { files: webApp("javax") },
    says: ["Tomcat 9"],
    answers: { "/": /<title>Hello/, "/hello": "Hello from " },
  },
  {
    name: "a WAR under a context path",
    app: { files: webApp() },
    env: { BP_TOMCAT_CONTEXT_PATH: "/shop" },
    says: ["Tomcat 10"],
    answers: { "/shop/hello": "Hello from /shop", "/hello": [404, /Not Found/] },
  },
];

test.for(cases)("$name is built and starts, and a second build changes no layer", (one) =>
  expectLife(javaCase(one), world()),
);
