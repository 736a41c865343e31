import { describe, expect, test } from "vitest";
import { compareDetects } from "../../support/both-engines/same-detects.ts";

describe("detect of the reference buildpacks for the apps of all end-to-end tests", () => {
  test("gives the same exit code, output and build plan on the small engine as on Node.js", async () => {
    const compared = await compareDetects(() => true);
    expect(compared.differences).toEqual([]);
    const { apps, passed, failed } = compared;
    expect([apps >= 240, passed > 700, failed > 2000]).toEqual([true, true, true]);
  }, 3_600_000);
});
