import { describe, expect, test } from "vitest";
import { mappedAddress } from "./mapping.ts";
import { mirrored, mirrorsOf } from "./mirror.ts";

type Entries = readonly (readonly [string, string])[];
const file = "https://downloads.example.com/some/path/tool-1.0.tgz";

describe("the mirror for a dependency", () => {
  test.for<[string, Record<string, string>, Entries, string, string | undefined]>([
    ["is absent unless a variable or binding sets it", {}, [], file, undefined],
    [
      "gets the path of the original URL",
      { BP_DEPENDENCY_MIRROR: "https://mirror.test" },
      [],
      file,
      "https://mirror.test/some/path/tool-1.0.tgz",
    ],
    [
      "may have a path of its own",
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
      "may contain the original host in its URL",
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
      "for the host of the URL takes precedence over a mirror for all hosts",
      { BP_DEPENDENCY_MIRROR: "https://a.test", BP_DEPENDENCY_MIRROR_DOWNLOADS_EXAMPLE_COM: "https://b.test" },
      [],
      file,
      "https://b.test/some/path/tool-1.0.tgz",
    ],
    ["for another host is not used", { BP_DEPENDENCY_MIRROR_EXAMPLE_COM: "https://b.test" }, [], file, undefined],
    [
      "for a host with a hyphen is set with two underscores",
      { BP_DEPENDENCY_MIRROR_MY__HOST_TEST: "https://b.test" },
      [],
      "https://my-host.test/x",
      "https://b.test/x",
    ],
    [
      "omits the part of the original path that skip-path names",
      { BP_DEPENDENCY_MIRROR: "https://mirror.test,skip-path=/some" },
      [],
      file,
      "https://mirror.test/path/tool-1.0.tgz",
    ],
    [
      "may be given in the form mirror=…,skip-path=…",
      { BP_DEPENDENCY_MIRROR: "mirror=https://mirror.test/base,skip-path=/some/path" },
      [],
      file,
      "https://mirror.test/base/tool-1.0.tgz",
    ],
    [
      "may have an encoded skip-path",
      { BP_DEPENDENCY_MIRROR: "https://mirror.test,skip-path=/so%2Cme" },
      [],
      "https://x.test/so,me/f",
      "https://mirror.test/f",
    ],
    [
      "may be percent-encoded",
      { BP_DEPENDENCY_MIRROR: "https://user%3Apa%24%24word%2C%40mirror.test%2Fescaped" },
      [],
      "https://x.test/f",
      "https://user:pa$$word,@mirror.test/escaped/f",
    ],
    [
      "can come from a binding",
      {},
      [["default", "https://bound.test\n"]],
      file,
      "https://bound.test/some/path/tool-1.0.tgz",
    ],
    [
      "can come from a binding for one host",
      {},
      [
        ["default", "https://bound.test"],
        ["Downloads.Example.com", "https://host.test"],
      ],
      file,
      "https://host.test/some/path/tool-1.0.tgz",
    ],
    [
      "in an environment variable takes precedence over a mirror in a binding",
      { BP_DEPENDENCY_MIRROR: "https://set.test" },
      [["default", "https://bound.test"]],
      file,
      "https://set.test/some/path/tool-1.0.tgz",
    ],
    [
      "for the host of the URL in a binding takes precedence over a mirror for all hosts in a variable",
      { BP_DEPENDENCY_MIRROR: "https://set.test" },
      [["downloads.example.com", "https://bound.test"]],
      file,
      "https://bound.test/some/path/tool-1.0.tgz",
    ],
    ["that is empty is ignored", { BP_DEPENDENCY_MIRROR: "" }, [], file, undefined],
    [
      "is not set by a variable with the suffix DEFAULT",
      { BP_DEPENDENCY_MIRROR_DEFAULT: "https://a.test" },
      [],
      file,
      undefined,
    ],
  ])("%s", ([, env, entries, url, expected]) => {
    expect(mirrored(new URL(url), mirrorsOf(env, entries))?.href).toBe(expected);
  });

  test.for(["http://mirror.test", "mirror.test", "user:secret@mirror.test"])(
    '"%s" is refused, because it is not an https or file URL',
    (text) => {
      expect(() => mirrored(new URL(file), mirrorsOf({ BP_DEPENDENCY_MIRROR: text }, []))).toThrowError(
        expect.objectContaining({
          code: "MIRROR_INVALID",
          message: "BP_DEPENDENCY_MIRROR is not the URL of a dependency mirror",
          cause: "expected an https or file URL",
        }),
      );
    },
  );
});

describe("a dependency mapping in a binding", () => {
  const sha256 = { algorithm: "sha256", digest: "ab".repeat(32) } as const;
  const sha512 = { algorithm: "sha512", digest: "ab".repeat(64) } as const;
  test.for<[string, typeof sha256 | typeof sha512, Entries, string | undefined]>([
    [
      "is found by the digits of the dependency's sha256",
      sha256,
      [["AB".repeat(32), "https://map.test/f\n"]],
      "https://map.test/f",
    ],
    [
      "is found by algorithm and digits of the dependency's checksum",
      sha512,
      [[`sha512:${sha512.digest}`, "http://map.test/f"]],
      "http://map.test/f",
    ],
    [
      "is found by a key with an underscore between algorithm and digits, as in Kubernetes secrets",
      sha512,
      [[`sha512_${sha512.digest}`, "file:///f"]],
      "file:///f",
    ],
    [
      "is not found by digits alone for a checksum other than sha256",
      sha512,
      [[sha512.digest, "https://map.test/f"]],
      undefined,
    ],
  ])("%s", ([, checksum, entries, expected]) => {
    expect(mappedAddress(checksum, entries)?.href).toBe(expected);
  });

  test.for<[string, Entries, string]>([
    ["that is not a URL", [[sha256.digest, "map.test"]], `the value of ${sha256.digest} is not a URL`],
    [
      "with two entries for one digest",
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
