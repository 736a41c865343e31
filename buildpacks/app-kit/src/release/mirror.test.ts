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
  ["without a mirror is unchanged", undefined, release.uri, release.uri],
  ["with an empty mirror is unchanged", "", release.uri, release.uri],
  [
    "with a mirror with credentials starts with it",
    "http://me:pw@m.test:80//",
    release.uri,
    "http://me:pw@m.test:80/v1/x.tar.gz",
  ],
  ["with a mirror in a local directory starts with it", "file:///m/", release.uri, "file:///m/v1/x.tar.gz"],
  [
    "outside of the mirrored directory is unchanged",
    "https://m.test",
    "https://x.test/x.tar.gz",
    "https://x.test/x.tar.gz",
  ],
])("the URL of a release is rewritten for a mirror: a URL %s", ([, value, uri, expected]) => {
  expect(onMirror({ ...release, uri }, { ...setting, value }).uri).toBe(expected);
});

test.for(["m.test", "ftp://m.test", "https://", "file:m"])("the mirror %s is refused", (value) => {
  expect(() => onMirror(release, { ...setting, value })).toThrowError(
    expect.objectContaining({
      code: "X_MIRROR_INVALID",
      message: "BP_X_MIRROR is not an http, https or file URL",
      hint: "Set it to the URL of the directory that contains v1/, such as file:///mirror/x.",
    }),
  );
});
