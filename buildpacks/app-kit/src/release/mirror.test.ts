import type { Release } from "libcnb";
import { expect, test } from "vitest";
import { onMirror } from "./mirror.ts";

const setting = {
  name: "BP_X_MIRROR",
  code: "X_MIRROR_INVALID",
  folder: "v1/",
  path: /v\d+\/[^/]+$/,
  example: "file:///mirror/x",
};
const release = { id: "x", uri: "https://x.test/download/v1/x.tar.gz" } as Release;

test.for<[string, string | undefined, string, string]>([
  ["is unchanged without a mirror", undefined, release.uri, release.uri],
  ["is unchanged if the mirror is empty", "", release.uri, release.uri],
  [
    "starts with the URL of the mirror, including its credentials",
    "http://me:pw@m.test:80//",
    release.uri,
    "http://me:pw@m.test:80/v1/x.tar.gz",
  ],
  ["starts with the file URL of a mirror in a local directory", "file:///m/", release.uri, "file:///m/v1/x.tar.gz"],
  [
    "is unchanged if it is outside of the mirrored directory",
    "https://m.test",
    "https://x.test/x.tar.gz",
    "https://x.test/x.tar.gz",
  ],
])("the download URL of a release %s", ([, value, uri, expected]) => {
  expect(onMirror({ ...release, uri }, { ...setting, value }).uri).toBe(expected);
});

test.for(["m.test", "ftp://m.test", "https://", "file:m"])("the mirror %j is refused", (value) => {
  expect(() => onMirror(release, { ...setting, value })).toThrowError(
    expect.objectContaining({
      code: "X_MIRROR_INVALID",
      message: "BP_X_MIRROR is not an http, https or file URL",
      hint: "Set BP_X_MIRROR to the URL of the directory that contains v1/, such as file:///mirror/x.",
    }),
  );
});
