import { expect, test } from "vitest";
import { imageDocument } from "./image-document.ts";
import type { ImageFacts } from "./image-facts.ts";
import { renderFacts } from "./render.ts";

const zeros = `sha256:${"0".repeat(64)}` as const;
const ones = `sha256:${"1".repeat(64)}` as const;
const about = { digest: zeros, platform: "linux/amd64", platforms: ["linux/amd64", "linux/arm64"] };
const config = {
  trustedBuilders: [],
  runImages: [{ image: "example.com/run", mirrors: ["mine.example.com/run"] }],
  registryMirrors: {},
};
const blob = { diffId: zeros, digest: ones, mediaType: "application/vnd.oci.image.layer.v1.tar+gzip" };
const nothing: ImageFacts = {
  digest: zeros,
  platform: "linux/amd64",
  sizeBytes: 1,
  stack: "",
  rebasable: true,
  runImages: [],
  processes: [],
  base: { reference: "", topLayer: "" },
  buildpacks: [],
  extensions: [],
  sbom: { sizeBytes: 5, read: true, documents: 1, components: 1, types: { npm: 1 }, list: [] },
  layers: [{ ...blob, sizeBytes: 1, kind: "run-image", maker: "run image" }],
};
const buildpack = {
  id: "libcnb/node-engine",
  version: "0.1.0",
  layer: "node",
  build: true,
  launch: true,
  cache: false,
};
const app: ImageFacts = {
  ...nothing,
  sizeBytes: 61_500_000,
  stack: "my.stack",
  rebasable: false,
  sbom: { sizeBytes: 12_345, read: true, documents: 2, components: 70, types: { npm: 60, deb: 10 }, list: [] },
  base: { reference: "example.com/run@sha256:1", topLayer: zeros },
  runImages: ["example.com/run", "other.example.com/run"],
  layers: [
    { ...blob, sizeBytes: 21_500_000, kind: "run-image", maker: "run image" },
    { ...blob, sizeBytes: 40_000_000, kind: "buildpack", maker: "libcnb/node-engine@0.1.0 layer node", buildpack },
  ],
  processes: [
    { type: "web", command: ["node", "server.js"], default: true, direct: true, workingDir: "/workspace" },
    { type: "sh", command: ["echo \u001b[31mhi"], default: false, direct: false, workingDir: "/tmp" },
  ],
  buildpacks: [{ id: "libcnb/node-engine", version: "0.1.0", homepage: "https://x" }],
  extensions: [{ id: "x/e", version: "1" }],
};

test("the report about an image fits on one screen and contains no control characters from the image", () => {
  expect(renderFacts("oci:app", app, { location: "local", about }, config)).toBe(`Inspecting image: 'oci:app'

LOCAL:

Digest: ${zeros}
Platform: linux/amd64 (one of linux/amd64, linux/arm64)

Size: 61.5 MB in 2 layers

Stack: my.stack

Base Image:
  Reference: example.com/run@sha256:1
  Top Layer: ${zeros}

Run Images:
  mine.example.com/run        (user-configured)
  example.com/run
  other.example.com/run

Rebasable: false

Buildpacks:
  ID                        VERSION        HOMEPAGE
  libcnb/node-engine        0.1.0          https://x

Extensions:
  ID         VERSION        HOMEPAGE
  x/e        1              -

Processes:
  TYPE                 SHELL        COMMAND                  ARGS             WORK DIR
  web (default)                     node                     server.js        /workspace
  sh                   bash         echo \\u001b[31mhi                         /tmp

SBOM:
  2 documents, 70 components (60 npm, 10 deb)

Layers:
    21.5 MB  run image
    40.0 MB  libcnb/node-engine@0.1.0 layer node
`);
});

test("an image built without buildpacks has a shorter report, with the singular for single items", () => {
  const text = renderFacts("example.com/x", nothing, { location: "remote", about }, config);
  expect(text.split("\n").slice(7)).toEqual([
    "Size: 1 B in 1 layer",
    "",
    "Run Images:",
    "  (none)",
    "",
    "Rebasable: true",
    "",
    "Buildpacks:",
    "  (none: not built by buildpacks)",
    "",
    "SBOM:",
    "  1 document, 1 component (1 npm)",
    "",
    "Layers:",
    "        1 B  run image",
    "",
  ]);
});

const stored = { digest: ones, media_type: blob.mediaType };

test("the structured report starts with pack's keys", () => {
  expect(imageDocument("oci:app", app, { location: "local", about }, config)).toEqual({
    shared: { image_name: "oci:app" },
    location: "local",
    nullable: ["run_images", "buildpacks", "extensions", "processes", "args"],
    info: {
      stack: "my.stack",
      base_image: { top_layer: zeros, reference: "example.com/run@sha256:1" },
      run_images: [
        { name: "mine.example.com/run", user_configured: true },
        { name: "example.com/run" },
        { name: "other.example.com/run" },
      ],
      buildpacks: [{ id: "libcnb/node-engine", version: "0.1.0", homepage: "https://x" }],
      extensions: [{ id: "x/e", version: "1" }],
      processes: [
        {
          type: "web",
          shell: "",
          command: "node",
          default: true,
          args: ["server.js"],
          "working-dir": "/workspace",
        },
        {
          type: "sh",
          shell: "bash",
          command: "echo \u001b[31mhi",
          default: false,
          args: [],
          "working-dir": "/tmp",
        },
      ],
      rebasable: false,
      ...about,
      size: 61_500_000,
      layers: [
        { diff_id: zeros, size: 21_500_000, made_by: "run image", kind: "run-image", ...stored },
        {
          diff_id: zeros,
          size: 40_000_000,
          made_by: "libcnb/node-engine@0.1.0 layer node",
          kind: "buildpack",
          ...stored,
          buildpack,
        },
      ],
      sbom: { size: 12_345, documents: 2, components: 70, types: { npm: 60, deb: 10 } },
    },
  });
});
