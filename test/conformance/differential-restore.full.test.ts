import fc from "fast-check";
import { formatToml, parseToml } from "libcnb/spec";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RememberedParts, remember, restored } from "../../framework/src/testing/state/remembered.ts";
import { compared } from "../support/conformance/rows.ts";
import { builtFiles, type RestoreCase, restoreCases } from "../support/generated/restores.ts";
import { type Files, type LifecycleBinaries, lifecycleBinaries } from "../support/lifecycle/lifecycle-binaries.ts";
import { restoredByLifecycle } from "../support/lifecycle/restore-oracle.ts";

let lifecycle: LifecycleBinaries;

beforeAll(async () => {
  lifecycle = await lifecycleBinaries();
});
afterAll(() => lifecycle?.remove());

/** The files that the test kit's rebuild finds. */
function restoredByUs(given: RestoreCase): Files {
  const store = given.store && { "store.toml": formatToml({ metadata: given.store }) };
  const layers = { ...builtFiles(given, formatToml), ...store };
  const { image, cache } = remember({ id: "one", version: "1", layers });
  return restored("one", {
    image: given.image && image ? withStaleLayers(image, given.stale) : undefined,
    cache: given.cache ? cache : undefined,
  }) as Files;
}

/** Another build came between: the image holds other contents than the cache. */
function withStaleLayers(image: RememberedParts, stale: readonly string[]): RememberedParts {
  const layers = [...image.record.layers].map(
    ([name, layer]) => [name, stale.includes(name) ? { ...layer, sha: "other" } : layer] as const,
  );
  return { ...image, record: { ...image.record, layers: new Map(layers) } };
}

/** TOML by what it says, which is metadata only: the two writers differ in order, spaces, digits and in how nothing looks. */
const read = (files: Files) =>
  Object.fromEntries(
    Object.entries(files).map(([file, text]) => [
      file,
      file.endsWith(".toml") ? { metadata: {}, ...parseToml(text, file) } : text,
    ]),
  );

test("libcnb/testing restores the same layers for a second build as the official restorer", async (context) => {
  await fc.assert(
    fc.asyncProperty(restoreCases, async (given) => {
      expect(read(restoredByUs(given))).toEqual(read(await restoredByLifecycle(lifecycle, given)));
    }),
    { numRuns: compared(context, [100, 2000]), seed: 20260101 },
  );
});
