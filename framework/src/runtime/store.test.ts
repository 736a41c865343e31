import { expect, test } from "vitest";
import { defineBuildpack } from "../buildpack.ts";
import { pass } from "../detect.ts";
import type { Table } from "../spec/schemas/schema.ts";
import { build, rebuild } from "../testing/index.ts";

/** A buildpack that tells what it remembers, and remembers something else. */
const remembering = (store?: Table) =>
  defineBuildpack({
    detect: () => pass(),
    build({ log, store: known }) {
      log.info(JSON.stringify(known ?? "nothing"));
      return store === undefined ? {} : { store };
    },
  });

test.for<[string, Table | undefined, string]>([
  ["is kept if build returns no store", undefined, `{"builds":1}`],
  ["is replaced completely by the store that build returns", { last: "b" }, `{"last":"b"}`],
  ["is cleared by an empty store", {}, `"nothing"`],
])("the store of the last build %s", async ([, store, known]) => {
  const first = await build(remembering({ builds: 1 }));
  const second = await rebuild(remembering(store), first);
  expect(second.log).toEqual([`{"builds":1}`]);
  expect((await rebuild(remembering(), second)).log).toEqual([known]);
});

test("a circular value in the store of a build is refused", async () => {
  const store: Record<string, unknown> = {};
  Object.assign(store, { a: store, b: store });
  await expect(build(remembering(store))).rejects.toMatchObject({ code: "TOML_UNWRITABLE" });
});
