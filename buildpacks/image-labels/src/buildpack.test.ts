import "libcnb/testing/vitest";
import { resolve } from "node:path";
import { build, buildFailure, detect } from "libcnb/testing";
import { expect, test } from "vitest";
import imageLabels from "./buildpack.ts";

const buildpack = resolve(import.meta.dirname, "..");
type Texts = Readonly<Record<string, string>>;

test.for<[Texts, "pass" | "fail"]>([
  [{ BP_IMAGE_LABELS: "a=b" }, "pass"],
  [{ BP_OCI_REF_NAME: "orders" }, "pass"],
  [{ BP_OCI_TITLE: "" }, "fail"],
  [{}, "fail"],
])("detect with the environment variables %j returns %s", async ([env, outcome]) => {
  expect(await detect(imageLabels, { buildpack, env })).toMatchObject({ outcome });
});

const oci = (name: string) => `org.opencontainers.image.${name}`;

test.for<[string, Texts, Texts]>([
  [
    "all labels that OCI defines",
    {
      BP_OCI_AUTHORS: "A <a@example.com>",
      BP_OCI_CREATED: "2026-01-02T03:04:05Z",
      BP_OCI_DESCRIPTION: 'say "hi"',
      BP_OCI_DOCUMENTATION: "https://example.com/docs",
      BP_OCI_LICENSES: "MIT AND BSD-3-Clause",
      BP_OCI_REF_NAME: "orders",
      BP_OCI_REVISION: "v1",
      BP_OCI_SOURCE: "https://example.com/git",
      BP_OCI_TITLE: "Orders",
      BP_OCI_URL: "https://example.com",
      BP_OCI_VENDOR: "Shop",
      BP_OCI_VERSION: "1.2",
    },
    {
      [oci("authors")]: "A <a@example.com>",
      [oci("created")]: "2026-01-02T03:04:05Z",
      [oci("description")]: 'say "hi"',
      [oci("documentation")]: "https://example.com/docs",
      [oci("licenses")]: "MIT AND BSD-3-Clause",
      [oci("ref.name")]: "orders",
      [oci("revision")]: "v1",
      [oci("source")]: "https://example.com/git",
      [oci("title")]: "Orders",
      [oci("url")]: "https://example.com",
      [oci("vendor")]: "Shop",
      [oci("version")]: "1.2",
    },
  ],
  [
    "the labels in BP_IMAGE_LABELS",
    { BP_IMAGE_LABELS: `team=shop "on-call"='see the wiki'` },
    { team: "shop", "on-call": "see the wiki" },
  ],
  [
    "a label in BP_IMAGE_LABELS rather than that of BP_OCI_TITLE",
    { BP_OCI_TITLE: "A", BP_IMAGE_LABELS: `${oci("title")}=B` },
    { [oci("title")]: "B" },
  ],
])("the image has %s", async ([, env, expected]) => {
  const { parsed } = await build(imageLabels, { buildpack, env });
  expect(parsed.launch.labels).toEqual(expected);
});

test("the log lists the labels", async () => {
  const { log } = await build(imageLabels, { buildpack, env: { BP_OCI_TITLE: "A", BP_IMAGE_LABELS: "a=1 a=2" } });
  expect(log.slice(-3)).toEqual(["a is set several times: the last value is used", `${oci("title")}: A`, "a: 2"]);
});

test("an error lists the positions of all invalid labels", async () => {
  const { error } = await buildFailure(imageLabels, { buildpack, env: { BP_IMAGE_LABELS: `team =x "y` } });
  expect(error).toMatchObject({
    code: "IMAGE_LABELS_INVALID",
    message:
      'cannot parse BP_IMAGE_LABELS: there is no = after the name (character 5); the name before = is missing (character 6); the quote " is not closed (character 9)',
  });
});
