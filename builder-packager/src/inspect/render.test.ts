import { expect, test } from "vitest";
import { formatBytes, renderFacts } from "./render.ts";

const zeros = `sha256:${"0".repeat(64)}` as const;

test("an image is shown on one screen", () => {
  const text = renderFacts("oci:app", {
    digest: zeros,
    platform: "linux/amd64",
    sizeBytes: 61_500_000,
    layers: [
      { diffId: zeros, sizeBytes: 21_500_000, maker: "run image" },
      { diffId: zeros, sizeBytes: 40_000_000, maker: "libcnb/node-engine@0.1.0 layer node" },
    ],
    processes: [{ type: "web", command: ["node", "server.js"], default: true }],
    buildpacks: [{ id: "libcnb/node-engine", version: "0.1.0" }],
    sbom: { documents: 2, components: 70 },
  });
  expect(text).toBe(`oci:app
  digest     ${zeros}
  platform   linux/amd64
  size       61.5 MB in 2 layers
  sbom       2 documents, 70 components
  buildpacks
    libcnb/node-engine 0.1.0
  processes
    web (default): node server.js
  layers
      21.5 MB  run image
      40.0 MB  libcnb/node-engine@0.1.0 layer node
`);
});

test.for([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [40_000_000, "40.0 MB"],
  [1_500_000_000_000, "1500.0 GB"],
] as const)("%s bytes are written as %s", ([bytes, text]) => expect(formatBytes(bytes)).toBe(text));

test("one of a thing is one thing", () => {
  const facts = { digest: zeros, platform: "linux/arm64", sizeBytes: 1, processes: [], buildpacks: [] } as const;
  const layers = [{ diffId: zeros, sizeBytes: 1, maker: "run image" }];
  const text = renderFacts("oci:app", { ...facts, layers, sbom: { documents: 1, components: 1 } });
  expect(text.split("\n").slice(3, 5)).toEqual(["  size       1 B in 1 layer", "  sbom       1 document, 1 component"]);
});
