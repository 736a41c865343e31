import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { detectionCases, resolvedByDetector, resolvedByUs } from "../support/generated-detections.ts";
import { type LifecycleBinaries, lifecycleBinaries } from "../support/lifecycle-binaries.ts";
import { runs } from "../support/runs.ts";

let lifecycle: LifecycleBinaries;

beforeAll(async () => {
  lifecycle = await lifecycleBinaries();
});
afterAll(() => lifecycle?.remove());

test("orders and plans resolve as the official detector resolves them", async () => {
  await fc.assert(
    fc.asyncProperty(detectionCases, async (given) => {
      expect(await resolvedByUs(given)).toEqual(await resolvedByDetector(lifecycle, given));
    }),
    { numRuns: runs(100, 3000), seed: 20260101 },
  );
});
