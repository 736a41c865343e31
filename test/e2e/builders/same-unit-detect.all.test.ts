import { describe, expect, test } from "vitest";
import { compareUnitDetects } from "../../support/both-engines/units/same-unit-detects.ts";
import { detectTests } from "../../support/both-engines/units/tests.ts";

describe("calls of detect in the unit tests of the reference buildpacks", () => {
  test("give the same exit code, output and build plan on the small JavaScript engine as on Node.js", async () => {
    const compared = await compareUnitDetects(detectTests().files);
    expect(compared).toMatchObject({ changed: [], differences: [], without: [] });
    expect(compared.replayed).toBeGreaterThan(340);
  }, 900_000);

  test("are all in test files, and none is in a module that tests share", () => {
    expect(detectTests().helpers).toEqual([]);
  });
});
