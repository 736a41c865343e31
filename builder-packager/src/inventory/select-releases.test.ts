import { expect, test } from "vitest";
import { selectReleases } from "./select-releases.ts";
import type { Constraint } from "./source-table.ts";
import { isStable, lineOf, newerFirst, rangeOf, versionIn } from "./versions.ts";

const of = (...versions: readonly string[]) =>
  versions.map((each) => {
    const [version = "", arch] = each.split("/");
    return { id: "x", version, ...(arch && { os: "linux", arch }) };
  });
const constraint = (text: string, others: Partial<Constraint> = {}): Constraint => ({
  id: "x",
  constraint: text,
  ...others,
});

async function selected(existing: readonly string[], published: readonly string[], constraints: readonly Constraint[]) {
  const { added, kept, dropped, outside } = await selectReleases(of(...existing), of(...published), constraints);
  const shown = (all: readonly { version: string; arch?: string }[]) =>
    all.map(({ version, arch }) => (arch ? `${version}/${arch}` : version)).toSorted();
  return { added: shown(added.map(({ release }) => release)), kept: shown(kept), dropped: shown(dropped), outside };
}

test("the newest releases within a version constraint replace older releases", async () => {
  expect(await selected(["1.0.0", "1.1.0"], ["1.1.0", "1.2.0", "2.0.0"], [constraint("1.*", { patches: 2 })])).toEqual({
    added: ["1.2.0"],
    kept: ["1.1.0"],
    dropped: ["1.0.0"],
    outside: "2.0.0",
  });
});

test("a version constraint without a patches limit keeps existing releases and adds the newest one", async () => {
  expect(await selected(["1.0.0"], ["1.1.0", "1.2.0"], [constraint("*")])).toEqual({
    added: ["1.2.0"],
    kept: ["1.0.0"],
    dropped: [],
    outside: undefined,
  });
});

test("the patches limit applies to each release line separately", async () => {
  const { added } = await selected(
    [],
    ["1.0.0", "1.1.0", "2.0.0", "2.1.0", "2.2.0"],
    [constraint("*", { line: "major", patches: 2 })],
  );
  expect(added).toEqual(["1.0.0", "1.1.0", "2.1.0", "2.2.0"]);
});

test("the patches limit applies to each platform separately", async () => {
  const { added, kept } = await selected(
    ["1.0.0/amd64", "1.0.0/arm64"],
    ["1.1.0/amd64"],
    [constraint("1.*", { patches: 1 })],
  );
  expect({ added, kept }).toEqual({ added: ["1.1.0/amd64"], kept: ["1.0.0/arm64"] });
});

test("a release within two version constraints is kept if one of the constraints keeps it", async () => {
  const constraints = [constraint("4.13.*", { patches: 1 }), constraint("4.*", { patches: 1 })];
  expect(await selected(["4.12.0", "4.13.0"], ["4.17.0"], constraints)).toEqual({
    added: ["4.17.0"],
    kept: ["4.13.0"],
    dropped: ["4.12.0"],
    outside: undefined,
  });
});

test.for([
  ["24.*", "24.1.0", true],
  ["24.*", "240.1.0", false],
  ["8.0.*", "8.0.492.1", true],
  [">=20 <23", "22.1.0", true],
  ["22", "22.1.0", true],
] as const)(
  'the check that the version range "%s" contains the version %s returns %s',
  async ([range, version, expected]) => {
    expect((await rangeOf({ constraint: range }))?.(version)).toBe(expected);
  },
);

test("a version constraint that is not a range is not parsed", async () => {
  expect(await rangeOf({ constraint: "newest" })).toBeUndefined();
});

test("versions are compared by numbers, and a pre-release is older than its release", () => {
  const versions = ["1.2", "1.10", "1.2.0-rc.2", "1.2.0-rc.10", "25.0.4.1", "8.0.1+9", "8.0.1+10"];
  expect(versions.toSorted(newerFirst)).toEqual([
    "25.0.4.1",
    "8.0.1+10",
    "8.0.1+9",
    "1.10",
    "1.2",
    "1.2.0-rc.10",
    "1.2.0-rc.2",
  ]);
  expect(["1.0", "8.0.1+9", "1.0-rc.1", "1.0b1"].map(isStable)).toEqual([true, true, false, false]);
  expect(["v1.0", "1.0\u001b[31m", "latest", "1.0 "].map(versionIn)).toEqual(["1.0", undefined, undefined, undefined]);
  expect(["major", "minor"].map((line) => lineOf("8.0.1+9", line as "major"))).toEqual(["8", "8.0"]);
});
