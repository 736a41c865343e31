import { describe, expect, test } from "vitest";
import { writtenApps } from "../../support/both-engines/apps.ts";
import { compareDetects } from "../../support/both-engines/same-detects.ts";

/** Fixtures, and the apps of the tests that run with each change. All others: same-detect.all.test.ts. */
describe("detect of the reference buildpacks", () => {
  test("gives the same exit code, output and build plan on the small JavaScript engine as on Node.js", async () => {
    let written = 0;
    const compared = await compareDetects(async (dir) => {
      const all = await writtenApps(dir);
      written = all.length;
      return all.filter(({ from }) => from.startsWith("fixtures/") || from.includes(".full."));
    });
    expect(compared.differences).toEqual([]);
    expect(written).toBeGreaterThan(240); // apps that are no longer found are not compared with each change either
    const { apps, passed, failed, erred } = compared;
    expect([apps >= 20, passed > 80, failed > 200, erred]).toEqual([true, true, true, 0]);
  }, 900_000);
});
