import type { Release } from "libcnb";
import { expect, test } from "vitest";
import { onMirror } from "./choose.ts";

const uri =
  "https://github.com/astral-sh/python-build-standalone/releases/download/20260814/cpython-3.14.7%2B20260814.tar.gz";
const release = { id: "python", uri } as Release;

test.for([
  ["without BP_CPYTHON_MIRROR", undefined, uri],
  ["with an empty BP_CPYTHON_MIRROR", "", uri],
  [
    "with a mirror",
    "https://mirror.test/python",
    "https://mirror.test/python/20260814/cpython-3.14.7%2B20260814.tar.gz",
  ],
  [
    "with a mirror with credentials and trailing slashes",
    "http://user:pw@mirror.test:8080//",
    "http://user:pw@mirror.test:8080/20260814/cpython-3.14.7%2B20260814.tar.gz",
  ],
  ["with a mirror in a local directory", "file:///mirror/", "file:///mirror/20260814/cpython-3.14.7%2B20260814.tar.gz"],
] as const)("a Python release is downloaded from the expected URL %s", ([, mirror, expected]) => {
  expect(onMirror(release, mirror).uri).toBe(expected);
});

test.for(["mirror.test", "ftp://mirror.test", "https://", "file:mirror"])(
  "BP_CPYTHON_MIRROR=%j is refused",
  (mirror) => {
    expect(() => onMirror(release, mirror)).toThrow("BP_CPYTHON_MIRROR is not an http, https or file URL");
  },
);
