import { describe, expect, test } from "vitest";
import type { RestoredLayer } from "../spec/layer-toml.ts";
import { anyTable, integer, optional, string, type Table, table } from "../spec/schema.ts";
import { type Decision, decide, fieldChanges, recordedMetadata, type WantedLayer } from "./decide.ts";
import { explain } from "./reason.ts";

const schema = table({ version: string, arch: optional(string), major: optional(integer) });
const wanted: WantedLayer<Table> = { kept: "restored", schema, metadata: { version: "22.1.0" }, env: {} };
const reused: WantedLayer<Table> = { ...wanted, kept: "reused", env: { "env.launch/A.override": "1" } };
const restored = (metadata: Table, hasContents = true): RestoredLayer => ({
  metadata: { value: metadata },
  hasContents,
});

describe("a layer is created", () => {
  test.for<
    [string, WantedLayer<Table>, RestoredLayer | undefined, Decision<unknown> & { readonly keep: false }, string]
  >([
    [
      "when nothing was restored",
      wanted,
      undefined,
      { keep: false, reason: { kind: "absent" }, metadata: undefined },
      "no cached layer",
    ],
    [
      "always, if it is temporary",
      { ...wanted, kept: "nothing", schema: anyTable },
      restored({ version: "22.1.0" }),
      { keep: false, reason: { kind: "uncached" }, metadata: undefined },
      "made by every build",
    ],
    [
      "when its contents are gone",
      wanted,
      restored({ version: "22.1.0" }, false),
      { keep: false, reason: { kind: "contents-absent" }, metadata: { version: "22.1.0" } },
      "cached layer has no contents",
    ],
    [
      "when another version was restored",
      wanted,
      restored({ version: "20.0.0", arch: "amd64" }),
      {
        keep: false,
        reason: {
          kind: "metadata-changed",
          changes: [
            { field: "arch", from: "amd64", to: undefined },
            { field: "version", from: "20.0.0", to: "22.1.0" },
          ],
        },
        metadata: { version: "20.0.0", arch: "amd64" },
      },
      `arch is gone, was "amd64", version changed from "20.0.0" to "22.1.0"`,
    ],
    [
      "when an older buildpack wrote the metadata",
      wanted,
      restored({ version: 20 }),
      {
        keep: false,
        reason: {
          kind: "metadata-unreadable",
          issues: [{ path: "metadata.version", message: "expected a string, got 20" }],
        },
        metadata: undefined,
      },
      "cached metadata is unreadable: metadata.version: expected a string, got 20",
    ],
    [
      "when its file is damaged",
      wanted,
      { metadata: { issues: [{ path: "", message: "x.toml:1:1 is not valid TOML" }] }, hasContents: true },
      {
        keep: false,
        reason: { kind: "metadata-unreadable", issues: [{ path: "", message: "x.toml:1:1 is not valid TOML" }] },
        metadata: undefined,
      },
      "cached metadata is unreadable: x.toml:1:1 is not valid TOML",
    ],
    [
      "when the environment of a layer of the image changed, which is part of its key",
      reused,
      restored({ version: "22.1.0", libcnb: { env: { "env.launch/A.override": "0" } } }, false),
      {
        keep: false,
        reason: { kind: "metadata-changed", changes: [{ field: "env.launch/A.override", from: "0", to: "1" }] },
        metadata: { version: "22.1.0" },
      },
      `env.launch/A.override changed from "0" to "1"`,
    ],
  ])("%s", ([, want, have, decision, sentence]) => {
    expect(decide(want, have)).toEqual(decision);
    expect(explain(decision.reason)).toBe(sentence);
  });
});

describe("a layer is kept", () => {
  test.for<[string, WantedLayer<Table>, RestoredLayer, Table]>([
    ["when its metadata is what is wanted", wanted, restored({ version: "22.1.0" }), { version: "22.1.0" }],
    ["whatever else an older version wrote", wanted, restored({ version: "22.1.0", old: true }), { version: "22.1.0" }],
    [
      "when an integer came back as a float",
      { ...wanted, metadata: { version: "1", major: 1 } },
      restored({ version: "1", major: 1.0 }),
      { version: "1", major: 1 },
    ],
    [
      "without contents, if it is of the image only",
      reused,
      restored({ version: "22.1.0", libcnb: { env: { "env.launch/A.override": "1" } } }, false),
      { version: "22.1.0" },
    ],
  ])("%s", ([, want, have, metadata]) => {
    expect(decide(want, have)).toEqual({ keep: true, metadata });
  });
});

test("only a layer of the image records its environment", () => {
  expect([
    recordedMetadata(wanted),
    recordedMetadata({ ...reused, kept: "restored" }),
    recordedMetadata(reused),
  ]).toEqual([
    { version: "22.1.0" },
    { version: "22.1.0" },
    { version: "22.1.0", libcnb: { env: { "env.launch/A.override": "1" } } },
  ]);
});

test("fields of nested tables are compared one by one, lists as a whole, dates as strings", () => {
  const from = { a: { b: 1, c: [1, 2] }, d: new Date(0), same: { x: [{ y: 1 }] } };
  const to = { a: { b: 2, c: [1] }, d: "1970-01-01T00:00:00.000Z", same: { x: [{ y: 1 }] }, e: undefined };
  expect(fieldChanges(from, to)).toEqual([
    { field: "a.b", from: 1, to: 2 },
    { field: "a.c", from: [1, 2], to: [1] },
  ]);
});
