import { expect, test } from "vitest";
import { digestOf } from "../../oci/model/digest.ts";
import { parseImageReference } from "../../oci/model/reference.ts";
import type { UsedModule } from "../../oci/registry-options.ts";
import { imageInput, moduleInput, type ProvenanceFacts, provenanceOf } from "./provenance.ts";

const digest = digestOf("image");
const sha256 = digest.slice("sha256:".length);

const facts: ProvenanceFacts = {
  command: "build",
  parameters: { arguments: ["oci:app"], options: {} },
  inputs: [],
  source: undefined,
  version: "1.0.0",
  env: {},
};

test.for<[string, object]>([
  [
    "registry.example.com:5000/acme/builder:1",
    {
      uri: `pkg:oci/builder@sha256%3A${sha256}?repository_url=registry.example.com%3A5000%2Facme%2Fbuilder&tag=1`,
      digest: { sha256 },
    },
  ],
  ["oci:/home/me/dist/builder", { name: "oci:builder", digest: { sha256 } }],
  ["oci-archive:/home/me/run.tar", { name: "oci-archive:run.tar", digest: { sha256 } }],
  ["docker-daemon:run:1", { name: "docker-daemon:run:1", digest: { sha256 } }],
])("provenance records the image %j without the directories of the machine", ([name, expected]) => {
  expect(imageInput(parseImageReference(name), digest)).toEqual(expected);
});

test.for<[string, UsedModule, object]>([
  [
    "from a URL by the URL without credentials",
    { kind: "url", url: "https://user:secret@example.com/a/tool.cnb?token=secret#top", digest },
    { uri: "https://example.com/a/tool.cnb", digest: { sha256 } },
  ],
  [
    "from an archive by the file name without the directory",
    { kind: "archive", file: "/home/me/tool.tgz", digest },
    { name: "archive:tool.tgz", digest: { sha256 } },
  ],
  [
    "from a directory by its ID and version",
    { kind: "directory", name: "buildpack acme/tool@1.0.0", digest },
    { name: "buildpack acme/tool@1.0.0", digest: { sha256 } },
  ],
])("provenance records a buildpack %s", ([, module, expected]) => {
  expect(moduleInput(module)).toEqual(expected);
});

test("provenance lists each image once, in an order that does not depend on the run", () => {
  const [a, b] = ["oci:a", "oci:b"].map((name) => imageInput(parseImageReference(name), digest));
  const text = (...inputs: ProvenanceFacts["inputs"]) => JSON.stringify(provenanceOf({ ...facts, inputs }));
  if (!a || !b) return expect.unreachable();
  expect(text(b, a, b)).toBe(text(a, b));
});

test.for<[string, ProvenanceFacts["env"], string]>([
  [
    "GitHub is the URL of the workflow",
    {
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_WORKFLOW_REF: "acme/shop/.github/workflows/b.yml@refs/heads/main",
    },
    "https://github.com/acme/shop/.github/workflows/b.yml@refs/heads/main",
  ],
  [
    "GitLab is the URL of the CI configuration",
    { CI_CONFIG_REF_URI: "gitlab.example.com/acme/shop//.gitlab-ci.yml@refs/heads/main" },
    "https://gitlab.example.com/acme/shop//.gitlab-ci.yml@refs/heads/main",
  ],
  [
    "another machine is the URL of the documentation",
    {},
    "https://github.com/libcnb/libcnb.ts/blob/main/docs/guide/signatures.md#builder-id",
  ],
])("the builder ID in the provenance of a build on %s", ([, env, expected]) => {
  expect(provenanceOf({ ...facts, env })).toMatchObject({ runDetails: { builder: { id: expected } } });
});
