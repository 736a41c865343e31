import { expect, test } from "vitest";
import { releaseOptions } from "./arguments.ts";
import { checksumLines, imageList } from "./assets.ts";
import { npmFailure, publishedIntegrity } from "./npm-outcome.ts";
import { provenanceOf } from "./provenance.ts";
import { ReleaseError, renderError } from "./release-error.ts";
import { checkLine } from "./report.ts";
import { mergedSbom } from "./sbom.ts";

const action = { action: "publish libcnb@1.2.0", registry: "https://npm.example.com/" };
const failed = (code: string, summary: string) => ({
  exitCode: 1,
  stdout: JSON.stringify({ error: { code, summary, detail: "" } }),
  stderr: `npm error code ${code}\n`,
});

test.for([
  ["E401", "NOT_LOGGED_IN", "npm cannot publish libcnb@1.2.0: nobody is logged in to https://npm.example.com/"],
  ["ENEEDAUTH", "NOT_LOGGED_IN", "npm cannot publish libcnb@1.2.0: nobody is logged in to https://npm.example.com/"],
  ["E403", "NOT_PERMITTED", "npm cannot publish libcnb@1.2.0: https://npm.example.com/ answers no"],
  ["E404", "REGISTRY_UNKNOWN", "npm cannot publish libcnb@1.2.0: https://npm.example.com/ answers no"],
  [
    "ECONNREFUSED",
    "REGISTRY_UNREACHABLE",
    "npm cannot publish libcnb@1.2.0: https://npm.example.com/ cannot be reached: no",
  ],
  ["E500", "COMMAND_FAILED", "npm cannot publish libcnb@1.2.0: no"],
] as const)("npm's error %s is reported as %s with the registry and the action", ([code, expected, message]) => {
  expect(npmFailure(failed(code, "no"), action)).toMatchObject({ code: expected, message });
});

test("npm's error is read from its text if it prints no JSON", () => {
  const outcome = { exitCode: 1, stdout: "", stderr: "npm error code E403\nnpm error 403 Forbidden\n" };
  expect(npmFailure(outcome, action)).toMatchObject({ code: "NOT_PERMITTED", message: expect.stringContaining("403") });
});

test("a version is treated as unpublished if the registry answers 404 or nothing, and is compared by its integrity otherwise", () => {
  expect(publishedIntegrity(failed("E404", "Not Found"), action)).toBeUndefined();
  expect(publishedIntegrity({ exitCode: 0, stdout: "", stderr: "" }, action)).toBeUndefined();
  expect(publishedIntegrity({ exitCode: 0, stdout: '"sha512-x"\n', stderr: "" }, action)).toBe("sha512-x");
  expect(() => publishedIntegrity(failed("E401", "no"), action)).toThrow(ReleaseError);
});

test.for([
  [["--only", "image"], "--only cannot be image"],
  [["--imagse", "x"], "Unknown option '--imagse'"],
  [[], "--images is missing"],
  [["--images", "example.com/x"], "--key is missing: published images are signed"],
  [["--images", "example.com/x", "--key", "k"], "--public-key is missing"],
  [["--dry-run", "--public-key", "k.pub"], "--key is missing"],
] as const)('the release refuses the arguments %j with the message "%s"', ([argv, message]) => {
  expect(() => releaseOptions(argv)).toThrow(expect.objectContaining({ code: "ARGUMENT_INVALID", message }));
});

test("a dry run of the release needs neither registry nor key, and includes all parts", () => {
  const { parts, images, key } = releaseOptions(["--dry-run"]);
  expect({ parts, images, key }).toEqual({
    parts: ["npm", "images", "static", "site"],
    images: "registry.example.com/libcnb",
    key: undefined,
  });
});

test("a release signed by a key service uses the public key as --key", () => {
  const argv = ["--images", "example.com/x/", "--key-command", "./sign", "--public-key", "k.pub"];
  const { key, images } = releaseOptions(argv);
  expect({ key, images }).toEqual({
    key: { file: "k.pub", command: "./sign", publicKey: "k.pub" },
    images: "example.com/x",
  });
});

const image = {
  kind: "buildpack",
  name: "nodejs",
  dir: "buildpacks/nodejs",
  reference: "r.test/x/nodejs:1.2.0",
} as const;

test("the provenance of a release names the commit, and the workflow or a maintainer's machine", () => {
  const run = { version: "1.2.0", commit: "c0ffee" };
  const github = {
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_REPOSITORY: "libcnb/libcnb.ts",
    GITHUB_WORKFLOW_REF: "libcnb/libcnb.ts/.github/workflows/release.yml@refs/tags/v1.2.0",
    GITHUB_RUN_ID: "7",
  };
  const { buildDefinition, runDetails } = provenanceOf(image, { ...run, env: github });
  expect(buildDefinition.resolvedDependencies).toEqual([
    { uri: "git+https://github.com/libcnb/libcnb.ts@refs/tags/v1.2.0", digest: { gitCommit: "c0ffee" } },
  ]);
  expect(buildDefinition.externalParameters).toMatchObject({ dir: "buildpacks/nodejs", reference: image.reference });
  expect(runDetails).toEqual({
    builder: { id: "https://github.com/libcnb/libcnb.ts/.github/workflows/release.yml@refs/tags/v1.2.0" },
    metadata: { invocationId: "https://github.com/libcnb/libcnb.ts/actions/runs/7" },
  });
  expect(provenanceOf(image, { ...run, env: {} }).runDetails).toEqual({
    builder: { id: "https://github.com/libcnb/libcnb.ts/blob/v1.2.0/docs/releasing.md#by-hand" },
    metadata: {},
  });
});

test("the SBOM of a released image contains each component of its parts once", () => {
  const part = (ref: string, names: readonly string[]) => ({
    metadata: { component: { "bom-ref": ref } },
    components: names.map((name) => ({ "bom-ref": name })),
    dependencies: [{ ref, dependsOn: names }],
  });
  const merged = mergedSbom(image, "1.2.0", [part("a", ["x", "y"]), part("a", ["x", "z"]), part("b", ["x"])]);
  expect(merged.components.map((each) => each["bom-ref"])).toEqual(["a", "x", "y", "z", "b"]);
  expect(merged.dependencies).toEqual([
    { ref: "a", dependsOn: ["x", "y", "z"] },
    { ref: "b", dependsOn: ["x"] },
    { ref: "image:r.test/x/nodejs:1.2.0", dependsOn: ["a", "b"] },
  ]);
});

test("checksums are sorted by file, and images are listed by digest", () => {
  expect(checksumLines({ "b.tgz": "22", "a/a.tgz": "11" })).toBe("11  a/a.tgz\n22  b.tgz\n");
  expect(imageList([{ reference: "r.test/x/nodejs:1.2.0", digest: "sha256:1" }])).toBe(
    "r.test/x/nodejs:1.2.0@sha256:1\n",
  );
});

test("a failed check before a release is printed with ten of its reasons and the next step", () => {
  const problems = Array.from({ length: 12 }, (_, index) => `problem ${index}`);
  expect(checkLine({ name: "x", problems, hint: "Do y." }).split("\n").slice(-3)).toEqual([
    "          problem 9",
    "          and 2 more",
    "          → Do y.",
  ]);
  expect(checkLine({ name: "x", problems: [], hint: "Do y." })).toBe("  ok    x");
  expect(renderError(new ReleaseError("NOT_READY", "no", "Do y."))).toBe("ERROR: no (NOT_READY)\nHINT: Do y.\n");
});
