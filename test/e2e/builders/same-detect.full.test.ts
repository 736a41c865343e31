import { describe, expect, test } from "vitest";
import { compareDetects } from "../../support/both-engines/same-detects.ts";

/** Fixtures, and the apps of the tests that run with each change. All others: same-detect.all.test.ts. */
describe("detect of the reference buildpacks", () => {
  test("gives the same exit code, output and build plan on the small engine as on Node.js", async () => {
    const compared = await compareDetects(({ from }) => from.startsWith("fixtures/") || from.includes(".full."));
    expect(compared.differences).toEqual([]);
    const { apps, passed, failed, erred } = compared;
    expect([apps >= 20, passed > 80, failed > 200, erred]).toEqual([true, true, true, 0]);
  }, 900_000);
});
