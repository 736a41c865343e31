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

test.for<[string | undefined, string, string]>([
  [undefined, release.uri, release.uri],
  ["", release.uri, release.uri],
  ["http://me:pw@m.test:80//", release.uri, "http://me:pw@m.test:80/v1/x.tar.gz"],
  ["file:///m/", release.uri, "file:///m/v1/x.tar.gz"],
  ["https://m.test", "https://x.test/x.tar.gz", "https://x.test/x.tar.gz"],
])("with the mirror %s, the URL of %s is %s", ([value, uri, expected]) => {
  expect(onMirror({ ...release, uri }, { ...setting, value }).uri).toBe(expected);
});

test.for(["m.test", "ftp://m.test", "https://", "file:m"])("%s is not a mirror", (value) => {
  expect(() => onMirror(release, { ...setting, value })).toThrowError(
    expect.objectContaining({
      code: "X_MIRROR_INVALID",
      message: "BP_X_MIRROR is not an http, https or file address",
      hint: "Write the address of the folder that holds v1/ and its siblings, such as file:///mirror/x.",
    }),
  );
});
