import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBlobStore } from "../layers/blob-store.ts";
import { createLayer } from "../layers/layer.ts";
import type { Image, Layer } from "./image.ts";
import {
  appendLayers,
  emptyImage,
  envOf,
  labelsOf,
  withAnnotations,
  withConfig,
  withCreated,
  withEnv,
  withLabels,
} from "./mutate.ts";
import { serializeImage } from "./serialize.ts";

const dir = mkdtempSync(join(tmpdir(), "libcnb-mutate-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const empty = emptyImage({ os: "linux", architecture: "arm64", variant: "v8" });
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");
let layer: Layer;
beforeAll(async () => {
  layer = await createLayer([], await openBlobStore(dir));
});

test("written JSON documents of an image have their keys in a fixed order", () => {
  const image = withCreated(
    withLabels(
      withConfig(appendLayers(empty, [{ layer, history: { created_by: "test" } }]), {
        WorkingDir: "/w",
        Env: ["B=1", "A=2"],
        User: "1:2",
      }),
      {
        z: "ü",
        a: '{"x":"<&>"}',
      },
    ),
    "2001-02-03T04:05:06Z",
  );
  const { manifest, config, configDigest } = serializeImage(image);
  expect(textOf(config)).toBe(
    '{"created":"2001-02-03T04:05:06Z","architecture":"arm64","os":"linux","variant":"v8",' +
      '"config":{"User":"1:2","Env":["B=1","A=2"],"WorkingDir":"/w","Labels":{"a":"{\\"x\\":\\"<&>\\"}","z":"ü"}},' +
      '"rootfs":{"type":"layers","diff_ids":["sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"]},' +
      '"history":[{"created":"1980-01-01T00:00:01Z","created_by":"test"}]}',
  );
  expect(textOf(manifest)).toBe(
    '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",' +
      `"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"${configDigest}","size":${config.length}},` +
      `"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"${layer.digest}","size":${layer.size}}]}`,
  );
});

test("the order in which labels and unknown fields are given does not change the image", () => {
  const image = (labels: Record<string, string>, more: Record<string, unknown>): Image =>
    withLabels({ ...empty, config: { ...empty.config, ...more } }, labels);
  const one = serializeImage(image({ a: "1", b: "2" }, { "os.version": "1", zeta: 1, alpha: 2 }));
  const two = serializeImage(image({ b: "2", a: "1" }, { alpha: 2, zeta: 1, "os.version": "1" }));
  expect(one.manifestDigest).toBe(two.manifestDigest);
});

describe("modifying an image", () => {
  test("leaves the original unchanged and drops the raw bytes it was read from", () => {
    const read: Image = { ...empty, raw: { manifest: Buffer.from("{}"), config: Buffer.from("{}"), mediaType: "x" } };
    for (const changed of [
      withLabels(read, { a: "1" }),
      withConfig(read, { User: "1" }),
      withCreated(read, "x"),
      appendLayers(read, [{ layer }]),
    ])
      expect(changed.raw).toBeUndefined();
    expect(read.raw?.mediaType).toBe("x");
    expect(labelsOf(read)).toEqual({});
  });

  test("without an effective change keeps the raw bytes", () => {
    const raw = { manifest: Buffer.from("m"), config: Buffer.from("c"), mediaType: "t" };
    expect(serializeImage({ ...empty, raw })).toMatchObject(raw);
  });

  test("with undefined as value removes the field", () => {
    expect(withConfig(withConfig(empty, { User: "1", Cmd: ["x"] }), { User: undefined }).config.config).toEqual({
      Cmd: ["x"],
    });
  });

  test("that has no history adds a history entry for each layer", () => {
    const base: Image = {
      ...empty,
      layers: [layer, layer],
      config: { ...empty.config, history: [{ created_by: "ENV", empty_layer: true }, { created_by: "ADD" }] },
    };
    expect(appendLayers(base, [{ layer }]).config.history).toEqual([
      { created_by: "ENV", empty_layer: true },
      { created_by: "ADD" },
      { created: "1980-01-01T00:00:01Z" },
      { created: "1980-01-01T00:00:01Z" },
    ]);
  });
});

test("environment values in an image may contain an equals sign, and the last value of a repeated variable takes precedence", () => {
  expect(envOf(withConfig(empty, { Env: ["A=b=c", "EMPTY=", "BARE", "A=d=e"] }))).toEqual({
    A: "d=e",
    EMPTY: "",
    BARE: "",
  });
});

test("a replaced environment variable in an image keeps its position, and a new one is appended", () => {
  const image = withConfig(empty, { Env: ["A=1", "B=x=y", "C"] });
  expect(withEnv(image, { D: "=", B: "2" }).config.config?.Env).toEqual(["A=1", "B=2", "C=", "D=="]);
  expect(withEnv(empty, { constructor: "1" }).config.config?.Env).toEqual(["constructor=1"]);
});

test("adding annotations to an image adds them to the manifest, which changes its digest", () => {
  const before = withAnnotations(empty, { b: "1", a: "1" });
  const read = { ...before, raw: { ...serializeImage(before) } };
  const { manifest } = serializeImage(withAnnotations(read, { a: "2" }));
  expect(JSON.parse(textOf(manifest)).annotations).toEqual({ a: "2", b: "1" });
});
