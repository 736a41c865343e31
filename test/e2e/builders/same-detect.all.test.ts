import { describe, expect, test } from "vitest";
import { wholeApps } from "../../support/both-engines/apps.ts";
import { compareDetects } from "../../support/both-engines/same-detects.ts";

describe("detect of the reference buildpacks for the apps of all end-to-end tests", () => {
  test("gives the same exit code, output and build plan on the small JavaScript engine as on Node.js", async () => {
    const compared = await compareDetects(wholeApps);
    expect(compared.differences).toEqual([]);
    const { apps, passed, failed } = compared;
    expect([apps >= 270, passed > 800, failed > 2000]).toEqual([true, true, true]);
  }, 3_600_000);
});
