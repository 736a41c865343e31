import type { UserError } from "libcnb";
import { expect, test } from "vitest";
import { type Candidate, chooseArtifact } from "./choose.ts";

const words = {
  title: "Maven",
  artifactSetting: "BP_MAVEN_BUILT_ARTIFACT",
  moduleSetting: "BP_MAVEN_BUILT_MODULE",
  dir: "",
};

const built = (path: string, more: Partial<Candidate> = {}): Candidate => ({
  path,
  kind: "archive",
  module: "",
  isRunnable: true,
  isUnpacked: false,
  classPath: [],
  ...more,
});
const library = (path: string, module = ""): Candidate => built(path, { module, isRunnable: false });

test.for<[string, readonly Candidate[], string]>([
  ["the only artifact", [built("target/a.jar")], "target/a.jar"],
  ["the only artifact even if it is not executable", [library("target/a.jar")], "target/a.jar"],
  [
    "the executable artifact",
    [library("core/target/core.jar", "core"), built("web/target/web.jar")],
    "web/target/web.jar",
  ],
  [
    "a directory rather than a jar of the same module",
    [built("target/a.jar"), built("target/quarkus-app", { kind: "folder" })],
    "target/quarkus-app",
  ],
  [
    "a jar rather than its distribution",
    [built("target/a.zip", { kind: "distribution" }), built("target/a.jar")],
    "target/a.jar",
  ],
  [
    "a distribution if the jar is not executable",
    [library("target/a.jar"), built("target/a.zip", { kind: "distribution" })],
    "target/a.zip",
  ],
  [
    "the jar with all dependencies",
    [built("target/a.jar"), built("target/a-jar-with-dependencies.jar")],
    "target/a-jar-with-dependencies.jar",
  ],
])("the build artifact chosen for the image is %s", ([, candidates, path]) =>
  expect(chooseArtifact(candidates, words).path).toBe(path),
);

const refused = (
  candidates: readonly Candidate[],
  others: Partial<Parameters<typeof chooseArtifact>[1]> = {},
): unknown => {
  try {
    return chooseArtifact(candidates, { ...words, ...others });
  } catch (error) {
    const { code, message, cause, hint } = error as UserError;
    return { code, message, cause, hint };
  }
};

test("an error lists several executable artifacts", () =>
  expect(
    refused([built("web/target/web.jar", { module: "web" }), built("job/target/job.jar", { module: "job" })]),
  ).toEqual({
    code: "JAVA_ARTIFACT_AMBIGUOUS",
    message: "Maven built several applications, and the image can start only one",
    cause: "the candidates are\n    web/target/web.jar\n    job/target/job.jar",
    hint: "Set BP_MAVEN_BUILT_ARTIFACT to the application to start, such as BP_MAVEN_BUILT_ARTIFACT=web/target/web.jar, or BP_MAVEN_BUILT_MODULE to its module.",
  }));

test("an error reports that the build produced no artifact", () =>
  expect(refused([])).toEqual({
    code: "JAVA_ARTIFACT_MISSING",
    message: "Maven built no application that an image can start",
    cause: undefined,
    hint: "Configure the build to create a jar, a WAR or a distribution. If it writes the application to an unusual path, set BP_MAVEN_BUILT_ARTIFACT to that path.",
  }));

test("the example in the error about an ambiguous artifact is relative to the project's directory", () =>
  expect(refused([built("shop/target/a.jar"), built("shop/target/b.jar")], { dir: "shop" })).toMatchObject({
    hint: expect.stringContaining("such as BP_MAVEN_BUILT_ARTIFACT=target/a.jar,"),
  }));

test.for<[string, object, string, string]>([
  [
    "a file that the build did not write",
    { artifact: "target/*.war" },
    'BP_MAVEN_BUILT_ARTIFACT is "target/*.war", but Maven built no such file',
    "Set BP_MAVEN_BUILT_ARTIFACT to a file that the build writes, relative to the project's directory, or unset it.",
  ],
  [
    "a module without an application",
    { module: "web" },
    'BP_MAVEN_BUILT_MODULE is "web", but Maven built no application in this module',
    "Set BP_MAVEN_BUILT_MODULE to the directory of the module with the application, relative to the project's directory.",
  ],
])("an error names the setting that selects %s", ([, setting, message, hint]) =>
  expect(refused([], setting)).toEqual({ code: "JAVA_ARTIFACT_MISSING", message, cause: undefined, hint }),
);
