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
import { migrateFrom } from "./migration.ts";
import { explainReason } from "./reason.ts";

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
      "if no layer was restored",
      wanted,
      undefined,
      { keep: false, reason: { kind: "absent" }, metadata: undefined },
      "no cached layer",
    ],
    [
      "in every build if the layer is temporary",
      { ...wanted, definition: { ...form("nothing"), metadata: anyTable } },
      restored({ version: "22.1.0" }),
      { keep: false, reason: { kind: "uncached" }, metadata: undefined },
      "this layer is not cached",
    ],
    [
      "if the restored metadata has a field that the schema lacks",
      wanted,
      restored({ version: "22.1.0", npm: { version: "11.2.0" } }),
      {
        keep: false,
        reason: { kind: "metadata-changed", changes: [{ field: "npm.version", from: "11.2.0", to: undefined }] },
        metadata: { version: "22.1.0" },
      },
      'npm.version was removed, it was "11.2.0"',
    ],
    [
      "if the contents of the restored layer are missing",
      wanted,
      restored({ version: "22.1.0" }, false),
      { keep: false, reason: { kind: "contents-absent" }, metadata: { version: "22.1.0" } },
      "cached layer has no contents",
    ],
    [
      "if another version was restored",
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
      `arch was removed, it was "amd64", version changed from "20.0.0" to "22.1.0"`,
    ],
    [
      "if an older buildpack wrote metadata of another form",
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
      "if the metadata file of the restored layer is damaged",
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
      "if the launch environment differs from that of the restored layer",
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
      "if the digest of an exec.d program differs from the recorded digest, of which the log shows twelve characters",
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
      "if the exec.d programs differ from those of the restored layer",
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
      `exec.d/00-memory is new: "sha256:1", exec.d/00-old was removed, it was "sha256:0"`,
    ],
  ])("%s", ([, want, have, decision, sentence]) => {
    expect(decide(want, have)).toEqual(decision);
    expect(explainReason(decision.reason)).toBe(sentence);
  });
});

describe("a layer is reused", () => {
  test.for<[string, RequestedLayer<Table>, RestoredLayer, Table]>([
    ["if its metadata equals the requested metadata", wanted, restored({ version: "22.1.0" }), { version: "22.1.0" }],
    [
      "if an integer was restored as a float",
      { ...wanted, metadata: { version: "1", major: 1 } },
      restored({ version: "1", major: 1.0 }),
      { version: "1", major: 1 },
    ],
    [
      "without contents if it is only in the image",
      reused,
      restored(remembered({ ...reused.written }), false),
      { version: "22.1.0" },
    ],
  ])("%s", ([, want, have, metadata]) => {
    expect(decide(want, have)).toEqual({ keep: true, metadata });
  });
});

describe("the metadata recorded for a layer", () => {
  test("contains the environment files and exec.d digests only for a layer reused from the previous image", () => {
    const restoredKind = { ...reused, definition: form("restored") };
    expect([wanted, restoredKind, reused].map((each) => recordedMetadata(each))).toEqual([
      { version: "22.1.0" },
      { version: "22.1.0" },
      { version: "22.1.0", libcnb: { env: { "env.launch/A.override": "1", "exec.d/00-memory": "sha256:1" } } },
    ]);
  });

  test("contains the layer's execution environments, but changing them does not cause a rebuild", () => {
    const recorded = recordedMetadata(wanted, ["test"]);
    expect([recorded, recordedMetadata(wanted, [])]).toEqual([
      { version: "22.1.0", "exec-env": ["test"] },
      { version: "22.1.0" },
    ]);
    const strict: RequestedLayer<Table> = { ...wanted, definition: { ...form("restored"), metadata: anyTable } };
    expect(decide(strict, restored(recorded))).toEqual({ keep: true, metadata: { version: "22.1.0" } });
  });
});

describe("layer metadata of an older version of the buildpack", () => {
  const definition = {
    ...form("restored"),
    metadata: table({ version: string, arch: string }),
    migrations: [
      migrateFrom(table({ node: table({ version: string }) }), ({ node }) => ({
        version: node.version,
        arch: "amd64",
      })),
      migrateFrom(table({ node_version: string }), (old) => ({ version: old.node_version, arch: "amd64" })),
      migrateFrom(table({ arch: string }), ({ arch }) => ({ version: "", arch })),
    ],
  };
  const want: RequestedLayer<Table> = { definition, metadata: { version: "22.1.0", arch: "amd64" }, written: {} };

  test.for<[string, Table, Decision<Table>]>([
    [
      "is converted by the first migration that accepts the metadata",
      { node_version: "22.1.0", other: true },
      { keep: true, metadata: { version: "22.1.0", arch: "amd64" } },
    ],
    [
      "is compared with the requested metadata after a migration converted it",
      { node: { version: "20.0.0" }, node_version: "22.1.0" },
      {
        keep: false,
        reason: { kind: "metadata-changed", changes: [{ field: "version", from: "20.0.0", to: "22.1.0" }] },
        metadata: { version: "20.0.0", arch: "amd64" },
      },
    ],
    [
      "is not converted if the metadata matches the current schema",
      { version: "22.1.0", arch: "amd64" },
      { keep: true, metadata: { version: "22.1.0", arch: "amd64" } },
    ],
    [
      "is unreadable if no migration accepts the metadata",
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

  test("is validated again after a migration", () => {
    const { version } = want.metadata;
    const careless = migrateFrom(table({ old: boolean }), () => ({ version, arch: 64 }) as unknown as Table);
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

describe("metadata requested for a layer", () => {
  test("has the form in which the lifecycle returns it", () => {
    const given = { when: new Date(0), none: undefined, long: 2n ** 60n, z: { b: 1, a: [{ d: 1, c: 2n }] } };
    expect(wantedMetadata({ name: "x", kept: "restored" }, given)).toEqual({
      long: 2 ** 60,
      when: "1970-01-01T00:00:00.000Z",
      z: { a: [{ c: 2, d: 1 }], b: 1 },
    });
  });

  test.for<[string, Reuse, Table, string]>([
    [
      "a key reserved by the framework",
      "restored",
      { libcnb: "x" },
      `layer "x" has metadata with the reserved key "libcnb"`,
    ],
    [
      "a key reserved by the specification",
      "reused",
      { "exec-env": ["test"] },
      `layer "x" has metadata with the reserved key "exec-env"`,
    ],
    [
      "an integer that a float cannot represent",
      "restored",
      { a: { b: [1n, 9007199254740993n] } },
      `layer "x" has metadata that the lifecycle does not preserve: a.b[1]`,
    ],
    [
      "a list of tables and other values",
      "restored",
      { a: [[{}], 1] },
      `layer "x" has metadata that the lifecycle does not preserve: a`,
    ],
    [
      "empty metadata of a cached layer",
      "restored",
      {},
      `layer "x" is reused by later builds but has no metadata, so it would never be rebuilt`,
    ],
    [
      "metadata without values of a reused launch layer",
      "reused",
      { version: undefined },
      `layer "x" is reused by later builds but has no metadata, so it would never be rebuilt`,
    ],
  ])("refuses %s", ([, kept, given, message]) => {
    expect(() => wantedMetadata({ name: "x", kept }, given)).toThrow(
      expect.objectContaining({ code: "LAYER_INVALID", message }),
    );
  });
});

test("nested tables of layer metadata are compared by field, lists as a whole, dates as strings", () => {
  const from = { a: { b: 1, c: [1, 2] }, d: new Date(0), same: { x: [{ y: 1 }] } };
  const to = { a: { b: 2, c: [1] }, d: "1970-01-01T00:00:00.000Z", same: { x: [{ y: 1 }] }, e: undefined };
  expect(fieldChanges(from, to)).toEqual([
    { field: "a.b", from: 1, to: 2 },
    { field: "a.c", from: [1, 2], to: [1] },
  ]);
});

test("the order of keys in layer metadata is ignored, because the lifecycle sorts them", () => {
  expect(fieldChanges({ l: [{ a: 1, b: 2 }], x: 1.0 }, { x: 1, l: [{ b: 2, a: 1 }] })).toEqual([]);
});
