import type { Release } from "libcnb";
import { expect, test } from "vitest";
import { onMirror } from "./mirror.ts";

const uri =
  "https://github.com/astral-sh/python-build-standalone/releases/download/20260814/cpython-3.14.7%2B20260814.tar.gz";
const release = { id: "python", uri } as Release;

test.for([
  [undefined, uri],
  ["", uri],
  ["https://mirror.test/python", "https://mirror.test/python/20260814/cpython-3.14.7%2B20260814.tar.gz"],
  ["http://user:pw@mirror.test:8080//", "http://user:pw@mirror.test:8080/20260814/cpython-3.14.7%2B20260814.tar.gz"],
  ["file:///mirror/", "file:///mirror/20260814/cpython-3.14.7%2B20260814.tar.gz"],
])("on the mirror %s, a release is at %s", ([mirror, expected]) => {
  expect(onMirror(release, mirror).uri).toBe(expected);
});

test.for(["mirror.test", "ftp://mirror.test", "https://", "file:mirror"])("%s is not a mirror", (mirror) => {
  expect(() => onMirror(release, mirror)).toThrow("BP_CPYTHON_MIRROR is not an http, https or file address");
});
