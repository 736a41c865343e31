import { describe, expect, test } from "vitest";
import type { CnbError } from "../../errors.ts";
import { packageUniverse } from "../archive/package-index.ts";
import { type ResolutionRequest, resolvePackages } from "./resolve.ts";

const base = "Architecture: amd64\nSize: 1\nSHA256: 00\nFilename: pool/x.deb";

/** Packages from lines `name version; Field: value; …`. */
const universe = (...suites: readonly (readonly string[])[]) =>
  packageUniverse(
    suites.map((lines, index) => ({
      mirror: `http://mirror${index}.example`,
      source: `Packages ${index}`,
      text: lines
        .map((line) => line.split("; "))
        .map(
          ([head = "", ...fields]) =>
            `Package: ${head.split(" ")[0]}\nVersion: ${head.split(" ")[1]}\n${base}\n${fields.join("\n")}`,
        )
        .join("\n\n"),
    })),
  );

const resolved = (
  packages: ReturnType<typeof universe>,
  names: readonly string[],
  more: Partial<ResolutionRequest> = {},
) =>
  resolvePackages(packages, { names, architecture: "amd64", ...more }).map(({ name, version }) => `${name} ${version}`);

describe("resolving Debian packages", () => {
  test.for<[string, string[][], string[], string[]]>([
    [
      "follows Depends and Pre-Depends",
      [["a 1; Depends: b", "b 1; Pre-Depends: c", "c 1", "d 1"]],
      ["a"],
      ["a 1", "b 1", "c 1"],
    ],
    ["leaves out Recommends and Suggests", [["a 1; Recommends: b; Suggests: c", "b 1", "c 1"]], ["a"], ["a 1"]],
    ["leaves out Essential packages", [["a 1", "bash 1; Essential: yes"]], ["a"], ["a 1"]],
    ["handles dependency cycles", [["a 1; Depends: b", "b 1; Depends: a"]], ["a"], ["a 1", "b 1"]],
    ["takes the first alternative", [["a 1; Depends: b | c", "b 1", "c 1"]], ["a"], ["a 1", "b 1"]],
    [
      "takes an alternative that is requested anyway",
      [["a 1; Depends: b | c", "b 1", "c 1"]],
      ["a", "c"],
      ["a 1", "c 1"],
    ],
    [
      "takes the next alternative if the first is too old",
      [["a 1; Depends: b (>= 2) | c", "b 1", "c 1"]],
      ["a"],
      ["a 1", "c 1"],
    ],
    [
      "finds a provider of a virtual package",
      [["a 1; Depends: awk", "mawk 1; Provides: awk"]],
      ["a"],
      ["a 1", "mawk 1"],
    ],
    [
      "prefers the provider of higher priority",
      [["a 1; Depends: awk", "gawk 1; Provides: awk; Priority: optional", "mawk 1; Provides: awk; Priority: required"]],
      ["a"],
      ["a 1", "mawk 1"],
    ],
    [
      "takes the first provider by name if priorities are equal",
      [["a 1; Depends: awk", "mawk 1; Provides: awk", "gawk 1; Provides: awk"]],
      ["a"],
      ["a 1", "gawk 1"],
    ],
    ["accepts a versioned Provides", [["a 1; Depends: v (>= 2)", "p 1; Provides: v (= 2.1)"]], ["a"], ["a 1", "p 1"]],
    ["prefers a real package to a provider", [["a 1; Depends: v", "v 1", "p 1; Provides: v"]], ["a"], ["a 1", "v 1"]],
    ["ignores the qualifier :any", [["a 1; Depends: b:any", "b 1"]], ["a"], ["a 1", "b 1"]],
    [
      "takes the highest version of all suites",
      [["a 1; Depends: b", "b 1"], ["b 1+deb12u2"], ["b 1+deb12u1"]],
      ["a"],
      ["a 1", "b 1+deb12u2"],
    ],
    [
      "accepts a package that conflicts with a virtual name it provides itself",
      [["mta 1; Provides: mail; Conflicts: mail"]],
      ["mta"],
      ["mta 1"],
    ],
    ["ignores Breaks that match only older versions", [["a 1; Breaks: b (<< 2)", "b 2"]], ["a", "b"], ["a 1", "b 2"]],
    ["lists a package once if it is requested twice", [["a 1"]], ["a", "a"], ["a 1"]],
  ])("%s", ([, suites, names, expected]) => {
    expect(resolved(universe(...suites), names)).toEqual(expected);
    expect(resolved(universe(...suites), names.toReversed())).toEqual(expected);
  });

  test("adds only packages that the base image lacks", () => {
    const packages = universe(["a 1; Depends: b | c", "b 1; Depends: d", "c 1", "d 1"]);
    const installed = resolvePackages(packages, { names: ["c", "d"], architecture: "amd64" });
    expect(resolved(packages, ["a", "b"], { installed })).toEqual(["a 1", "b 1"]);
    expect(resolved(packages, ["a"], { installed })).toEqual(["a 1"]);
  });

  test("leaves out packages that only maintainer scripts need, unless requested by name", () => {
    const packages = universe([
      "a 1; Depends: dpkg, awk | mawk, b",
      "b 1",
      "dpkg 1; Depends: tar",
      "tar 1",
      "mawk 1; Provides: awk",
    ]);
    const without = ["dpkg", "mawk"];
    expect(resolved(packages, ["a"], { without })).toEqual(["a 1", "b 1"]);
    expect(resolved(packages, ["a", "dpkg"], { without })).toEqual(["a 1", "b 1", "dpkg 1", "tar 1"]);
  });

  test.for<[string, string[], string[], string, string]>([
    [
      "unknown package names, with similar names",
      ["ca-certificates 1", "libc6 1", "dash 1"],
      ["ca-certificate", "libc", "zzz", "dash"],
      "BASE_PACKAGE_UNKNOWN",
      "the packages cannot be installed:\n  ca-certificate is not in the archive (did you mean ca-certificates?)\n  libc is not in the archive (did you mean libc6?)\n  zzz is not in the archive",
    ],
    [
      "virtual packages that are requested by name",
      ["mawk 1; Provides: awk", "gawk 1; Provides: awk"],
      ["awk"],
      "BASE_PACKAGE_UNKNOWN",
      "the packages cannot be installed:\n  awk is not in the archive (did you mean gawk, mawk?)",
    ],
    [
      "all unsatisfiable dependencies",
      ["a 1; Depends: b (>= 2), c | d, e:armhf, f (>= 1)", "b 1", "e 1", "g 1; Provides: f"],
      ["a"],
      "BASE_DEPENDENCY_UNSATISFIABLE",
      "the packages cannot be installed:\n  a 1 needs b (>= 2): the archive has only b 1\n  a 1 needs c | d: the archive has no package that has or provides this name\n  a 1 needs e:armhf: the archive has only e 1\n  a 1 needs f (>= 1): the archive has no package that has or provides this name",
    ],
    [
      "conflicts between packages",
      ["a 1; Conflicts: v", "b 2; Provides: v", "c 1; Breaks: b (<< 3)"],
      ["a", "b", "c"],
      "BASE_DEPENDENCY_UNSATISFIABLE",
      "the packages cannot be installed:\n  a 1 conflicts with v: b 2 would be in the same image\n  c 1 conflicts with b (<< 3): b 2 would be in the same image",
    ],
  ])("reports %s", ([, packages, names, code, message]) => {
    const error = caught(() => resolved(universe(packages), names));
    expect([error.code, error.message]).toEqual([code, message]);
  });
});

function caught(action: () => unknown): CnbError {
  try {
    action();
  } catch (error) {
    return error as CnbError;
  }
  throw new Error("nothing was thrown");
}
