import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FileMap } from "libcnb/testing";
import { expect, test } from "vitest";
import type { Project } from "../build-tool.ts";
import { inBuild } from "../test-app.ts";
import { outcomeOf } from "./outcome.ts";

interface Module {
  readonly folder: string;
  readonly files: readonly (readonly [file: string, classifier?: string])[];
}

/**
 * Returns the outcome for an app whose project is in the directory `shop`: from the extension's
 * report, or from existing files.
 */
const outcome = (files: FileMap, modules?: readonly Module[]) =>
  inBuild({ app: files }, async ({ app, layers }) => {
    const report = join(layers.dir, "report.json");
    const inApp = (path: string) => app.path("shop", path);
    const reported = modules?.map(({ folder, files }) => ({
      group: "g",
      name: folder || "all",
      version: "1",
      packaging: "jar",
      folder: inApp(folder),
      licenses: ["MIT"],
      output: inApp(join(folder, "target")),
      files: files.map(([file, classifier]) => ({ file: inApp(join(folder, file)), classifier })),
    }));
    if (reported) writeFileSync(report, JSON.stringify({ modules: reported }));
    const project = { app, dir: "shop", outputs: ["shop/target", "shop/web/target"] };
    return outcomeOf(project as unknown as Project, report);
  });

const built = { "shop/target/a.jar": "", "shop/web/target/web.war": "", "shop/web/target/web-sources.jar": "" };

test("source and documentation artifacts are not in the image", async () => {
  const attached = ["sources", "javadoc", "tests", "original", "plain", "consumer"];
  const files: Module["files"] = [
    ["target/web.war"],
    ["target/web.zip"],
    ["target/web-1.pom"],
    ...attached.map((each) => [`target/web-${each}.jar`, each] as const),
  ];
  const { artifacts, graph } = await outcome(built, [
    { folder: "", files: [] },
    { folder: "web", files },
  ]);
  expect(artifacts).toEqual([
    { path: "shop/web/target/web.war", kind: "archive", module: "web" },
    { path: "shop/web/target/web.zip", kind: "distribution", module: "web" },
  ]);
  const module = { group: "g", version: "1", licenses: ["MIT"], dependencies: [], resolved: [] };
  expect(graph).toEqual({
    modules: [
      { ...module, name: "all", dir: "" },
      { ...module, name: "web", dir: "web" },
    ],
  });
});

test("the image gets the directory of a Quarkus app rather than the jar inside it", async () => {
  const quarkus = { ...built, "shop/target/quarkus-app/quarkus-run.jar": "" };
  const expected = [{ path: "shop/target/quarkus-app", kind: "folder", module: "" }];
  const { artifacts } = await outcome(quarkus, [{ folder: "", files: [["target/a.jar"]] }]);
  expect(artifacts).toEqual(expected);
  expect((await outcome(quarkus)).artifacts).toEqual([
    ...expected,
    { path: "shop/web/target/web.war", kind: "archive", module: "web" },
  ]);
});

test("without a build report, the default directories are searched for artifacts", async () =>
  expect(await outcome(built)).toEqual({
    artifacts: [
      { path: "shop/target/a.jar", kind: "archive", module: "" },
      { path: "shop/web/target/web.war", kind: "archive", module: "web" },
    ],
    graph: undefined,
  }));
