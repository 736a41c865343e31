// @needs processes
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareVersions } from "./version.ts";

/** Each row: the older version, the newer one, and why. */
const ordered: readonly (readonly [older: string, newer: string, why: string])[] = [
  ["1.0", "1.1", "digits are compared as numbers"],
  ["1.9", "1.10", "10 is greater than 9"],
  ["1.0~rc1", "1.0", "a tilde sorts before the end of the version"],
  ["1.0~~", "1.0~", "more tildes are older"],
  ["1.0~~a", "1.0~", "more tildes are older even before letters"],
  ["1.0", "1.0a", "a letter sorts after the end of the version"],
  ["1.0a", "1.0+", "letters sort before other characters"],
  ["1.0-1", "1.0+b1", "the upstream version ends at the last hyphen"],
  ["1.0-1", "1.0-1+b1", "a binary rebuild is newer"],
  ["1.0-1", "1.0-1+deb12u1", "a stable update is newer"],
  ["1.0-1+deb12u9", "1.0-1+deb12u10", "update numbers are compared as numbers"],
  ["9.9", "1:0.1", "the epoch is compared first"],
  ["2:1.0", "10:0.1", "epochs are compared as numbers"],
  ["1.0-1-1", "1.0-1-2", "the upstream version may contain hyphens"],
  ["20230311", "20230311123456789012345", "numbers may exceed the range of a double"],
  ["9007199254740992", "9007199254740993", "numbers beyond 2^53 are compared exactly"],
  ["1.0.A", "1.0.a", "letters are compared by ASCII code"],
];

const equal: readonly (readonly [string, string, string])[] = [
  ["1.0", "0:1.0", "a missing epoch is epoch 0"],
  ["1.0", "1.0-0", "a missing revision is revision 0"],
  ["1.00", "1.0", "leading zeros are ignored"],
  ["01.2-003", "1.2-3", "leading zeros are ignored in every number"],
  ["1.0-1", "1.0-1", "the versions are identical"],
];

describe("Debian version", () => {
  test.for(ordered)('"%s" is older than "%s", because %s', ([older, newer]) => {
    expect([compareVersions(older, newer), compareVersions(newer, older)]).toEqual([-1, 1]);
  });

  test.for(equal)('"%s" equals "%s", because %s', ([a, b]) => {
    expect([compareVersions(a, b), compareVersions(b, a)]).toEqual([0, 0]);
  });

  const character = fc.constantFrom(..."0012359aAbz~~+.-");
  const upstream = fc
    .array(character, { maxLength: 8 })
    .map((characters) => `1${characters.join("")}`.replace(/-+$/, ""));
  const version = fc.tuple(fc.constantFrom("", "", "0:", "1:", "12:"), upstream).map(([epoch, text]) => epoch + text);

  test("order is total", () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(compareVersions(a, a)).toBe(0);
        expect(compareVersions(a, b) + compareVersions(b, a)).toBe(0);
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
          expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });

  // Where there is no dpkg, the table above still holds what dpkg said; CI runs on Debian.
  test.runIf(process.env.CI || hasDpkg())("order equals that of dpkg", { timeout: 60_000 }, () => {
    const random = fc.sample(fc.tuple(version, version), { numRuns: 300, seed: 1 });
    const pairs = [...[...ordered, ...equal].map(([a, b]) => [a, b] as const), ...random];
    expect(pairs.map(([a, b]) => [a, b, compareVersions(a, b)])).toEqual(dpkgOrders(pairs));
  });
});

function hasDpkg(): boolean {
  return spawnSync("sh", ["-c", "command -v dpkg"]).status === 0;
}

/** One shell for all pairs: a process each would take half a minute. */
function dpkgOrders(pairs: readonly (readonly [string, string])[]): (readonly [string, string, number])[] {
  const script = `while read -r a b; do
    if dpkg --compare-versions "$a" lt "$b" 2>/dev/null; then echo -1
    elif dpkg --compare-versions "$a" gt "$b" 2>/dev/null; then echo 1
    else echo 0; fi
  done`;
  const { stdout } = spawnSync("sh", ["-c", script], {
    input: pairs.map((pair) => `${pair.join(" ")}\n`).join(""),
    encoding: "utf8",
  });
  const orders = stdout.trim().split("\n").map(Number);
  return pairs.map(([a, b], index) => [a, b, orders[index] ?? Number.NaN]);
}
