import { describe, expect, test } from "vitest";
import type { PackageIndex } from "../package-manager.ts";
import { namedIndexes } from "./indexes.ts";
import { lockOf } from "./lockfile.ts";
import { type Indexes, mirrorOf } from "./mirror.ts";
import { lockAt } from "./uv.ts";

const lock = lockOf({
  package: [
    { name: "app", source: { virtual: "." } },
    { name: "a", source: { registry: "https://index.test/simple" } },
    { name: "b", source: { registry: "https://extra.test/simple/" } },
    { name: "c", source: { registry: "./wheels" } },
  ],
});
const bound = (rest: Partial<PackageIndex>): PackageIndex => ({
  name: "own",
  url: undefined,
  username: undefined,
  password: undefined,
  isDefault: false,
  ...rest,
});
const mirror = bound({ name: "the mirror", url: "https://mirror.test/simple", isDefault: true });
const all = ["https://index.test/simple", "https://extra.test/simple/"];
const of = (setting: string, replaced: readonly string[]) => ({
  setting,
  url: setting.replace(/^[^/]*=/, ""),
  replaced,
});

describe("the mirror that replaces the indexes in uv.lock", () => {
  test.for<[string, Partial<Indexes>, ReturnType<typeof mirrorOf>]>([
    ["is unset if no default index is set", {}, undefined],
    ["is unset if there is no lockfile", { lock: undefined, bound: [mirror] }, undefined],
    ["is the default index of a binding", { bound: [mirror] }, of("the-mirror=https://mirror.test/simple", all)],
    ["is unset if the binding's index is not a default", { bound: [{ ...mirror, isDefault: false }] }, undefined],
    ["is unset if the binding has only credentials", { bound: [bound({ isDefault: true })] }, undefined],
    [
      "is UV_DEFAULT_INDEX rather than a binding's index",
      { bound: [mirror], env: { UV_DEFAULT_INDEX: "https://me:s3cret@first.test/" } },
      of("https://me:s3cret@first.test/", all),
    ],
    ["is UV_INDEX_URL, the older variable", { env: { UV_INDEX_URL: "https://old.test" } }, of("https://old.test", all)],
    [
      "does not replace a named index of the app",
      { bound: [mirror], named: namedIndexes([{ index: [{ name: "x", url: "https://extra.test/simple" }] }]) },
      of("the-mirror=https://mirror.test/simple", ["https://index.test/simple"]),
    ],
    [
      "replaces the app's default index",
      {
        bound: [mirror],
        named: namedIndexes([{ index: [{ name: "x", url: "https://extra.test/simple", default: true }] }]),
      },
      of("the-mirror=https://mirror.test/simple", all),
    ],
    [
      "does not replace indexes of a binding or UV_INDEX",
      {
        bound: [mirror, bound({ url: "https://extra.test/simple" })],
        env: { UV_INDEX: "other=https://index.test/simple/" },
      },
      undefined,
    ],
    [
      "replaces all other indexes in uv.lock if uv.lock contains the mirror as well",
      { env: { UV_DEFAULT_INDEX: "https://extra.test/simple" } },
      of("https://extra.test/simple", ["https://index.test/simple"]),
    ],
    [
      "is unset if the app names the same index",
      { bound: [mirror], named: [{ name: "x", url: "https://mirror.test/simple/", isDefault: false }] },
      undefined,
    ],
  ])("%s", ([, given, expected]) => {
    expect(mirrorOf({ lock, named: [], env: {}, bound: [], ...given })).toEqual(expected);
  });
});

test("a uv.lock for a mirror has the mirror's URLs and the original digests", () => {
  const original = `[[package]]
name = "a"
source = { registry = "https://index.test/simple" }
sdist = { url = "https://files.test/1/a-1.0.tar.gz", hash = "sha256:1", size = 4 }
wheels = [
    { url = "https://files.test/2/a-1.0+cpu-py3-none-any.whl", hash = "sha256:2" },
]
[[package]]
name = "b"
source = { registry = "https://extra.test/simple/" }
sdist = { url = "https://files.test/3/b-1.0.tar.gz", hash = "sha256:3" }
`;
  const locked = `[[package]]
name = "a"
source = { registry = "https://mirror.test/simple" }
sdist = { url = "https://mirror.test/f/a-1.0.tar.gz#x", hash = "sha256:other", size = 4 }
wheels = [
    { url = "https://mirror.test/f/a-1.0%2Bcpu-py3-none-any.whl", hash = "sha256:2" },
    { url = "https://mirror.test/f/a-1.0-new.whl", hash = "sha256:5" },
]
[[package]]
name = "b"
source = { registry = "https://extra.test/simple/" }
sdist = { url = "https://elsewhere.test/b-1.0.tar.gz", hash = "sha256:3" }
`;
  const mirror = of("own=https://me:s3cret@mirror.test/simple", ["https://index.test/simple"]);
  expect(lockAt(mirror, original, locked)).toBe(`[[package]]
name = "a"
source = { registry = "https://mirror.test/simple" }
sdist = { url = "https://mirror.test/f/a-1.0.tar.gz#x", hash = "sha256:1", size = 4 }
wheels = [
    { url = "https://mirror.test/f/a-1.0%2Bcpu-py3-none-any.whl", hash = "sha256:2" },
]
[[package]]
name = "b"
source = { registry = "https://extra.test/simple/" }
sdist = { url = "https://elsewhere.test/b-1.0.tar.gz", hash = "sha256:3" }
`);
});
