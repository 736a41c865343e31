import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compared } from "../support/conformance/rows.ts";
import { detectionCases, resolvedByDetector, resolvedByUs } from "../support/generated/detections.ts";
import { type LifecycleBinaries, lifecycleBinaries } from "../support/lifecycle/lifecycle-binaries.ts";

let lifecycle: LifecycleBinaries;

beforeAll(async () => {
  lifecycle = await lifecycleBinaries();
});
afterAll(() => lifecycle?.remove());

test("libcnb resolves randomly generated orders and build plans like the official detector", async (context) => {
  await fc.assert(
    fc.asyncProperty(detectionCases, async (given) => {
      expect(await resolvedByUs(given)).toEqual(await resolvedByDetector(lifecycle, given));
    }),
    { numRuns: compared(context, [100, 3000]), seed: 20260101 },
  );
});
