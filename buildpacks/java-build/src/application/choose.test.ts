import type { UserError } from "libcnb";
import { expect, test } from "vitest";
import type { Candidate } from "./candidate.ts";
import { chooseArtifact } from "./choose.ts";

const words = { title: "Maven", artifactSetting: "BP_MAVEN_BUILT_ARTIFACT", moduleSetting: "BP_MAVEN_BUILT_MODULE" };

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
  ["the only one", [built("target/a.jar")], "target/a.jar"],
  ["the only one, although it does not say how it starts", [library("target/a.jar")], "target/a.jar"],
  ["the one that starts", [library("core/target/core.jar", "core"), built("web/target/web.jar")], "web/target/web.jar"],
  [
    "a folder before the jar that it was made of",
    [built("target/a.jar"), built("target/quarkus-app", { kind: "folder" })],
    "target/quarkus-app",
  ],
  [
    "a jar before a distribution of it",
    [built("target/a.zip", { kind: "distribution" }), built("target/a.jar")],
    "target/a.jar",
  ],
  [
    "a distribution where the jar does not start",
    [library("target/a.jar"), built("target/a.zip", { kind: "distribution" })],
    "target/a.zip",
  ],
  [
    "the jar that has all in it",
    [built("target/a.jar"), built("target/a-jar-with-dependencies.jar")],
    "target/a-jar-with-dependencies.jar",
  ],
])("choosing the artifact: %s", ([, candidates, path]) => expect(chooseArtifact(candidates, words).path).toBe(path));

const refused = (candidates: readonly Candidate[]): unknown => {
  try {
    return chooseArtifact(candidates, words);
  } catch (error) {
    const { code, message, cause, hint } = error as UserError;
    return { code, message, cause, hint };
  }
};

test("several artifacts that can be started are listed", () =>
  expect(
    refused([built("web/target/web.jar", { module: "web" }), built("job/target/job.jar", { module: "job" })]),
  ).toEqual({
    code: "JAVA_ARTIFACT_AMBIGUOUS",
    message: "Maven built several things that the image could hold",
    cause: "there are\n    web/target/web.jar\n    job/target/job.jar",
    hint: "Set BP_MAVEN_BUILT_ARTIFACT to the one to start, such as BP_MAVEN_BUILT_ARTIFACT=web/target/web.jar, or BP_MAVEN_BUILT_MODULE to its module.",
  }));

test("an error reports that the build produced no artifact", () =>
  expect(refused([])).toEqual({
    code: "JAVA_ARTIFACT_MISSING",
    message: "Maven built nothing that the image could hold",
    cause: undefined,
    hint: "Build a jar, a war or a distribution, or name what is built elsewhere with BP_MAVEN_BUILT_ARTIFACT; check BP_MAVEN_BUILT_MODULE, if it is set.",
  }));
