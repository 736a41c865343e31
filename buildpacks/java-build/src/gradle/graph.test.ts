import { expect, test } from "vitest";
import { moduleOf } from "./graph.ts";
import type { ProjectReport, ReportedComponent, ReportedConfiguration } from "./report.ts";

const component = (
  name: string,
  dependencies: readonly string[] = [],
  more = {},
): Record<string, ReportedComponent> => {
  const [group = "", artifact = "", version = ""] = name.split(":");
  const coordinates = [group, artifact, version] as const;
  return { [name]: { isModule: false, isPlatform: false, coordinates, dependencies, ...more } };
};

const configuration = (
  name: string,
  components: Record<string, ReportedComponent>,
  files: Readonly<Record<string, readonly string[]>> = {},
): ReportedConfiguration => ({
  name,
  components,
  dependencies: Object.keys(components).slice(0, 1),
  files: Object.entries(files).flatMap(([of, all]) => all.map((file) => [of, file] as const)),
});

const project = (
  configurations: readonly ReportedConfiguration[],
  more: Partial<ProjectReport> = {},
): ProjectReport => ({
  path: ":shop",
  dir: "/app/shop",
  buildDir: "/app/shop/build",
  coordinates: ["g", "shop", "1"],
  archives: [],
  installations: [],
  configurations,
  ...more,
});

const scopes = (report: ProjectReport) =>
  Object.fromEntries(moduleOf("/app", "/home", report).resolved.map(({ id, scope }) => [id, scope]));

test("the dependency graph of a Gradle module has libraries, their dependencies, modules, platforms and the files of components", () => {
  const parts = {
    ...component("g:core:1", ["a:b:2"], { isModule: true }),
    ...component("a:b:2", ["n:epoll:4", "p:bom:9"]),
    ...component("n:epoll:4"),
    ...component("p:bom:9", [], { isPlatform: true }),
  };
  const files = { "a:b:2": ["/m/b-2.jar"], "n:epoll:4": ["/m/epoll-4.jar", "/m/epoll-4-linux-x86_64.jar"] };
  expect(moduleOf("/app", "/home", project([configuration("runtimeClasspath", parts, files)]))).toEqual({
    group: "g",
    name: "shop",
    version: "1",
    dir: "shop",
    dependencies: ["g:core:1"],
    resolved: [
      {
        id: "a:b:2",
        group: "a",
        name: "b",
        version: "2",
        type: "jar",
        file: "/m/b-2.jar",
        scope: "runtime",
        dependencies: ["n:epoll:4", "n:epoll:4:linux-x86_64", "p:bom:9:pom"],
      },
      {
        id: "g:core:1",
        group: "g",
        name: "core",
        version: "1",
        type: "jar",
        isModule: true,
        scope: "runtime",
        dependencies: ["a:b:2"],
      },
      {
        id: "n:epoll:4",
        group: "n",
        name: "epoll",
        version: "4",
        type: "jar",
        file: "/m/epoll-4.jar",
        scope: "runtime",
        dependencies: [],
      },
      {
        id: "n:epoll:4:linux-x86_64",
        group: "n",
        name: "epoll",
        version: "4",
        type: "jar",
        classifier: "linux-x86_64",
        file: "/m/epoll-4-linux-x86_64.jar",
        scope: "runtime",
        dependencies: [],
      },
      { id: "p:bom:9:pom", group: "p", name: "bom", version: "9", type: "pom", scope: "runtime", dependencies: [] },
    ],
  });
});

test("compile-only, annotation processor, development and test dependencies of Gradle are not in the image", () => {
  const production = { ...component("a:both:1"), ...component("a:run:1") };
  const report = project([
    configuration("productionRuntimeClasspath", production),
    configuration("runtimeClasspath", { ...production, ...component("a:devtools:1") }),
    configuration("compileClasspath", { ...component("a:both:1"), ...component("a:only:1") }),
    configuration("annotationProcessor", component("a:processor:1")),
    configuration("testRuntimeClasspath", { ...production, ...component("a:junit:1") }),
  ]);
  expect(scopes(report)).toEqual({
    "a:both:1": "compile",
    "a:run:1": "runtime",
    "a:devtools:1": "provided",
    "a:only:1": "provided",
    "a:processor:1": "provided",
    "a:junit:1": "test",
  });
});

test("the dependency graph of a WAR leaves out libraries of the server, and that of an older Spring Boot archive leaves out development tools", () => {
  const parts = { ...component("a:b:1"), ...component("a:servlet:1") };
  const files = { "a:b:1": ["/m/b-1.jar"], "a:servlet:1": ["/m/servlet-1.jar"] };
  const archive = { task: "war", file: "/app/shop/build/libs/a.war", classifier: "", types: ["War"] };
  const war = project([configuration("runtimeClasspath", parts, files)], {
    archives: [{ ...archive, libraries: ["/m/b-1.jar"] }],
  });
  expect(scopes(war)).toEqual({ "a:b:1": "runtime", "a:servlet:1": "provided" });
  const devtools = "org.springframework.boot:spring-boot-devtools:2.1.18.RELEASE";
  const boot = project([configuration("runtimeClasspath", component(devtools))], {
    archives: [{ ...archive, types: ["BootJar"], libraries: null }],
  });
  expect(scopes(boot)).toEqual({ [devtools]: "provided" });
});
