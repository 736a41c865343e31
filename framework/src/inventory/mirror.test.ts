import { describe, expect, test } from "vitest";
import { mappedAddress } from "./mapping.ts";
import { mirrored, mirrorsOf } from "./mirror.ts";

type Entries = readonly (readonly [string, string])[];
const file = "https://downloads.example.com/some/path/tool-1.0.tgz";

describe("a mirror", () => {
  test.for<[string, Record<string, string>, Entries, string, string | undefined]>([
    ["is not there unless named", {}, [], file, undefined],
    [
      "takes the path",
      { BP_DEPENDENCY_MIRROR: "https://mirror.test" },
      [],
      file,
      "https://mirror.test/some/path/tool-1.0.tgz",
    ],
    [
      "has a path of its own",
      { BP_DEPENDENCY_MIRROR: "https://mirror.test/base/" },
      [],
      file,
      "https://mirror.test/base/some/path/tool-1.0.tgz",
    ],
    [
      "keeps port, credentials and query",
      { BP_DEPENDENCY_MIRROR: "https://me:pw@mirror.test:8443" },
      [],
      `${file}?v=1`,
      "https://me:pw@mirror.test:8443/some/path/tool-1.0.tgz?v=1",
    ],
    [
      "is told the original host",
      { BP_DEPENDENCY_MIRROR: "https://mirror.test/{originalHost}/x" },
      [],
      file,
      "https://mirror.test/downloads.example.com/x/some/path/tool-1.0.tgz",
    ],
    [
      "may be a directory",
      { BP_DEPENDENCY_MIRROR: "file:///mnt/{originalHost}" },
      [],
      file,
      "file:///mnt/downloads.example.com/some/path/tool-1.0.tgz",
    ],
    [
      "of the host wins",
      { BP_DEPENDENCY_MIRROR: "https://a.test", BP_DEPENDENCY_MIRROR_DOWNLOADS_EXAMPLE_COM: "https://b.test" },
      [],
      file,
      "https://b.test/some/path/tool-1.0.tgz",
    ],
    ["of another host does not count", { BP_DEPENDENCY_MIRROR_EXAMPLE_COM: "https://b.test" }, [], file, undefined],
    [
      "has two underscores for a hyphen",
      { BP_DEPENDENCY_MIRROR_MY__HOST_TEST: "https://b.test" },
      [],
      "https://my-host.test/x",
      "https://b.test/x",
    ],
    [
      "skips a path",
      { BP_DEPENDENCY_MIRROR: "https://mirror.test,skip-path=/some" },
      [],
      file,
      "https://mirror.test/path/tool-1.0.tgz",
    ],
    [
      "skips a path, both named",
      { BP_DEPENDENCY_MIRROR: "mirror=https://mirror.test/base,skip-path=/some/path" },
      [],
      file,
      "https://mirror.test/base/tool-1.0.tgz",
    ],
    [
      "skips an encoded path",
      { BP_DEPENDENCY_MIRROR: "https://mirror.test,skip-path=/so%2Cme" },
      [],
      "https://x.test/so,me/f",
      "https://mirror.test/f",
    ],
    [
      "is given encoded",
      { BP_DEPENDENCY_MIRROR: "https://user%3Apa%24%24word%2C%40mirror.test%2Fescaped" },
      [],
      "https://x.test/f",
      "https://user:pa$$word,@mirror.test/escaped/f",
    ],
    [
      "comes of a binding",
      {},
      [["default", "https://bound.test\n"]],
      file,
      "https://bound.test/some/path/tool-1.0.tgz",
    ],
    [
      "comes of a binding for a host",
      {},
      [
        ["default", "https://bound.test"],
        ["Downloads.Example.com", "https://host.test"],
      ],
      file,
      "https://host.test/some/path/tool-1.0.tgz",
    ],
    [
      "of a variable wins over that of a binding",
      { BP_DEPENDENCY_MIRROR: "https://set.test" },
      [["default", "https://bound.test"]],
      file,
      "https://set.test/some/path/tool-1.0.tgz",
    ],
    [
      "of a binding for the host wins over that of a variable for all",
      { BP_DEPENDENCY_MIRROR: "https://set.test" },
      [["downloads.example.com", "https://bound.test"]],
      file,
      "https://bound.test/some/path/tool-1.0.tgz",
    ],
    ["that is empty is none", { BP_DEPENDENCY_MIRROR: "" }, [], file, undefined],
    ["is not named by the word default", { BP_DEPENDENCY_MIRROR_DEFAULT: "https://a.test" }, [], file, undefined],
  ])("%s", ([, env, entries, url, expected]) => {
    expect(mirrored(new URL(url), mirrorsOf(env, entries))?.href).toBe(expected);
  });

  test.for(["http://mirror.test", "mirror.test", "user:secret@mirror.test"])("cannot be %s", (text) => {
    expect(() => mirrored(new URL(file), mirrorsOf({ BP_DEPENDENCY_MIRROR: text }, []))).toThrowError(
      expect.objectContaining({
        code: "MIRROR_INVALID",
        message: "BP_DEPENDENCY_MIRROR is not a mirror of dependencies",
        cause: "expected an https or file address",
      }),
    );
  });
});

describe("a dependency mapping", () => {
  const sha256 = { algorithm: "sha256", digest: "ab".repeat(32) } as const;
  const sha512 = { algorithm: "sha512", digest: "ab".repeat(64) } as const;
  test.for<[string, typeof sha256 | typeof sha512, Entries, string | undefined]>([
    ["is found by the digits of a sha256", sha256, [["AB".repeat(32), "https://map.test/f\n"]], "https://map.test/f"],
    [
      "is found by algorithm and digits",
      sha512,
      [[`sha512:${sha512.digest}`, "http://map.test/f"]],
      "http://map.test/f",
    ],
    [
      "is found by what a Kubernetes secret can be called",
      sha512,
      [[`sha512_${sha512.digest}`, "file:///f"]],
      "file:///f",
    ],
    ["needs the algorithm if it is another", sha512, [[sha512.digest, "https://map.test/f"]], undefined],
  ])("%s", ([, checksum, entries, expected]) => {
    expect(mappedAddress(checksum, entries)?.href).toBe(expected);
  });

  test.for<[string, Entries, string]>([
    ["that is not an address", [[sha256.digest, "map.test"]], `${sha256.digest} is not an address`],
    [
      "given twice",
      [
        [sha256.digest, "https://a.test"],
        [`sha256:${sha256.digest}`, "https://b.test"],
      ],
      `several entries map ${sha256.digest}`,
    ],
  ])("%s is refused", ([, entries, cause]) => {
    expect(() => mappedAddress(sha256, entries)).toThrowError(
      expect.objectContaining({ code: "BINDING_INVALID", cause }),
    );
  });
});
