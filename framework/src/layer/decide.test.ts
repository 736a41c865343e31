import { describe, expect, test } from "vitest";
import type { RestoredLayer } from "../spec/layer-toml.ts";
import { anyTable, boolean, integer, optional, string, type Table, table } from "../spec/schemas/schema.ts";
import {
  type Decision,
  decide,
  fieldChanges,
  type RequestedLayer,
  recordedMetadata,
  wantedMetadata,
} from "./decide.ts";
import type { Reuse } from "./definition.ts";
import { migration } from "./migration.ts";
import { explain } from "./reason.ts";

const schema = table({ version: string, arch: optional(string), major: optional(integer) });
const form = (kept: Reuse) => ({ kept, metadata: schema, migrations: [] });
const wanted: RequestedLayer<Table> = { definition: form("restored"), metadata: { version: "22.1.0" }, written: {} };
const reused: RequestedLayer<Table> = {
  ...wanted,
  definition: form("reused"),
  written: { "env.launch/A.override": "1", "exec.d/00-memory": "sha256:1" },
};
const remembered = (env: Table) => ({ version: "22.1.0", libcnb: { env } });
const restored = (metadata: Table, hasContents = true): RestoredLayer => ({
  metadata: { value: metadata },
  hasContents,
});

describe("a layer is created", () => {
  test.for<
    [string, RequestedLayer<Table>, RestoredLayer | undefined, Decision<unknown> & { readonly keep: false }, string]
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
      { ...wanted, definition: { ...form("nothing"), metadata: anyTable } },
      restored({ version: "22.1.0" }),
      { keep: false, reason: { kind: "uncached" }, metadata: undefined },
      "made by every build",
    ],
    [
      "when a field was restored that the schema does not know: another version of the buildpack made its contents depend on it",
      wanted,
      restored({ version: "22.1.0", npm: { version: "11.2.0" } }),
      {
        keep: false,
        reason: { kind: "metadata-changed", changes: [{ field: "npm.version", from: "11.2.0", to: undefined }] },
        metadata: { version: "22.1.0" },
      },
      'npm.version is gone, was "11.2.0"',
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
      restored(remembered({ "env.launch/A.override": "0", "exec.d/00-memory": "sha256:1" }), false),
      {
        keep: false,
        reason: { kind: "metadata-changed", changes: [{ field: "env.launch/A.override", from: "0", to: "1" }] },
        metadata: { version: "22.1.0" },
      },
      `env.launch/A.override changed from "0" to "1"`,
    ],
    [
      "when digests changed, of which the log shows twelve characters",
      reused,
      restored(remembered({ "exec.d/00-memory": "1".repeat(64) }), false),
      {
        keep: false,
        reason: {
          kind: "metadata-changed",
          changes: [
            { field: "env.launch/A.override", from: undefined, to: "1" },
            { field: "exec.d/00-memory", from: "1".repeat(64), to: "sha256:1" },
          ],
        },
        metadata: { version: "22.1.0" },
      },
      `env.launch/A.override is new: "1", exec.d/00-memory changed from "111111111111" to "sha256:1"`,
    ],
    [
      "when the exec.d of a layer of the image changed",
      reused,
      restored(remembered({ "env.launch/A.override": "1", "exec.d/00-old": "sha256:0" }), false),
      {
        keep: false,
        reason: {
          kind: "metadata-changed",
          changes: [
            { field: "exec.d/00-memory", from: undefined, to: "sha256:1" },
            { field: "exec.d/00-old", from: "sha256:0", to: undefined },
          ],
        },
        metadata: { version: "22.1.0" },
      },
      `exec.d/00-memory is new: "sha256:1", exec.d/00-old is gone, was "sha256:0"`,
    ],
  ])("%s", ([, want, have, decision, sentence]) => {
    expect(decide(want, have)).toEqual(decision);
    expect(explain(decision.reason)).toBe(sentence);
  });
});

describe("a layer is reused", () => {
  test.for<[string, RequestedLayer<Table>, RestoredLayer, Table]>([
    ["when its metadata is what is wanted", wanted, restored({ version: "22.1.0" }), { version: "22.1.0" }],
    [
      "when an integer came back as a float",
      { ...wanted, metadata: { version: "1", major: 1 } },
      restored({ version: "1", major: 1.0 }),
      { version: "1", major: 1 },
    ],
    [
      "without contents, if it is of the image only",
      reused,
      restored(remembered({ ...reused.written }), false),
      { version: "22.1.0" },
    ],
  ])("%s", ([, want, have, metadata]) => {
    expect(decide(want, have)).toEqual({ keep: true, metadata });
  });
});

describe("the recorded metadata", () => {
  test("has environment and exec.d only for a launch layer", () => {
    const restoredKind = { ...reused, definition: form("restored") };
    expect([wanted, restoredKind, reused].map((each) => recordedMetadata(each))).toEqual([
      { version: "22.1.0" },
      { version: "22.1.0" },
      { version: "22.1.0", libcnb: { env: { "env.launch/A.override": "1", "exec.d/00-memory": "sha256:1" } } },
    ]);
  });

  test("has the execution environments, which are not part of the key", () => {
    const recorded = recordedMetadata(wanted, ["test"]);
    expect([recorded, recordedMetadata(wanted, [])]).toEqual([
      { version: "22.1.0", "exec-env": ["test"] },
      { version: "22.1.0" },
    ]);
    const strict: RequestedLayer<Table> = { ...wanted, definition: { ...form("restored"), metadata: anyTable } };
    expect(decide(strict, restored(recorded))).toEqual({ keep: true, metadata: { version: "22.1.0" } });
  });
});

describe("metadata of an older version of the buildpack", () => {
  const definition = {
    ...form("restored"),
    metadata: table({ version: string, arch: string }),
    migrations: [
      migration(table({ node: table({ version: string }) }), ({ node }) => ({ version: node.version, arch: "amd64" })),
      migration(table({ node_version: string }), (old) => ({ version: old.node_version, arch: "amd64" })),
      migration(table({ arch: string }), ({ arch }) => ({ version: "", arch })),
    ],
  };
  const want: RequestedLayer<Table> = { definition, metadata: { version: "22.1.0", arch: "amd64" }, written: {} };

  test.for<[string, Table, Decision<Table>]>([
    [
      "is rewritten by the first migration that knows its form",
      { node_version: "22.1.0", other: true },
      { keep: true, metadata: { version: "22.1.0", arch: "amd64" } },
    ],
    [
      "is compared when it was rewritten",
      { node: { version: "20.0.0" }, node_version: "22.1.0" },
      {
        keep: false,
        reason: { kind: "metadata-changed", changes: [{ field: "version", from: "20.0.0", to: "22.1.0" }] },
        metadata: { version: "20.0.0", arch: "amd64" },
      },
    ],
    [
      "is not touched if it has today's form",
      { version: "22.1.0", arch: "amd64" },
      { keep: true, metadata: { version: "22.1.0", arch: "amd64" } },
    ],
    [
      "is unreadable if no migration knows it",
      { v: 1 },
      {
        keep: false,
        reason: {
          kind: "metadata-unreadable",
          issues: [
            { path: "metadata.version", message: "is missing" },
            { path: "metadata.arch", message: "is missing" },
          ],
        },
        metadata: undefined,
      },
    ],
  ])("%s", ([, metadata, decision]) => {
    expect(decide(want, restored(metadata))).toEqual(decision);
  });

  test("is checked again after a migration", () => {
    const { version } = want.metadata;
    const careless = migration(table({ old: boolean }), () => ({ version, arch: 64 }) as unknown as Table);
    expect(decide({ ...want, definition: { ...definition, migrations: [careless] } }, restored({ old: true }))).toEqual(
      {
        keep: false,
        reason: {
          kind: "metadata-unreadable",
          issues: [{ path: "metadata.arch", message: "expected a string, got 64" }],
        },
        metadata: undefined,
      },
    );
  });
});

describe("requested metadata", () => {
  test("has the form that the lifecycle returns", () => {
    const given = { when: new Date(0), none: undefined, long: 2n ** 60n, z: { b: 1, a: [{ d: 1, c: 2n }] } };
    expect(wantedMetadata({ name: "x", kept: "restored" }, given)).toEqual({
      long: 2 ** 60,
      when: "1970-01-01T00:00:00.000Z",
      z: { a: [{ c: 2, d: 1 }], b: 1 },
    });
  });

  test.for<[string, Reuse, Table, string]>([
    ["the framework's own key", "restored", { libcnb: "x" }, `layer "x" has metadata with the reserved key "libcnb"`],
    [
      "the specification's key",
      "reused",
      { "exec-env": ["test"] },
      `layer "x" has metadata with the reserved key "exec-env"`,
    ],
    [
      "an integer whose digits get lost",
      "restored",
      { a: { b: [1n, 9007199254740993n] } },
      `layer "x" has metadata that the lifecycle does not preserve: a.b[1]`,
    ],
    [
      "a list of tables and others",
      "restored",
      { a: [[{}], 1] },
      `layer "x" has metadata that the lifecycle does not preserve: a`,
    ],
    [
      "a cached layer without a key",
      "restored",
      {},
      `layer "x" is cached but has no key, so it would never be rebuilt`,
    ],
    [
      "a layer of the image whose key has no values",
      "reused",
      { version: undefined },
      `layer "x" is cached but has no key, so it would never be rebuilt`,
    ],
  ])("refuses %s", ([, kept, given, message]) => {
    expect(() => wantedMetadata({ name: "x", kept }, given)).toThrow(
      expect.objectContaining({ code: "LAYER_INVALID", message }),
    );
  });
});

test("nested tables are compared by field, lists as a whole, dates as strings", () => {
  const from = { a: { b: 1, c: [1, 2] }, d: new Date(0), same: { x: [{ y: 1 }] } };
  const to = { a: { b: 2, c: [1] }, d: "1970-01-01T00:00:00.000Z", same: { x: [{ y: 1 }] }, e: undefined };
  expect(fieldChanges(from, to)).toEqual([
    { field: "a.b", from: 1, to: 2 },
    { field: "a.c", from: [1, 2], to: [1] },
  ]);
});

test("the order of keys is ignored, because the lifecycle sorts them", () => {
  expect(fieldChanges({ l: [{ a: 1, b: 2 }], x: 1.0 }, { x: 1, l: [{ b: 2, a: 1 }] })).toEqual([]);
});
