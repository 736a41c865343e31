import type { Image } from "../../oci/model/image.ts";
import { appendLayers, emptyImage, withEnv, withLabels } from "../../oci/model/mutate.ts";
import { imageFacts } from "../image-facts.ts";
import { layersReport } from "../layers/layers-report.ts";
import { imageTrees } from "../tree/image-trees.ts";
import { mergedTree } from "../tree/merged-tree.ts";
import { tinyLayer } from "./tiny-layers.ts";

/** An app image with four layers: a base, a buildpack's layer, an app slice and a launcher. */
export async function tinyApp(
  dir: string,
  { node, files }: { readonly node: string; readonly files: string },
): Promise<Image> {
  const texts = [
    "/etc/hosts:20 /workspace/ /workspace/gone:700",
    `/layers/x/node/${node}:5000`,
    files,
    "/cnb/launcher:9",
  ];
  const layers = await Promise.all(texts.map((each) => tinyLayer(each, dir)));
  const [base, made, slice, launcher] = layers;
  const image = appendLayers(
    emptyImage({ os: "linux", architecture: "amd64" }),
    layers.map((layer) => ({ layer })),
  );
  const flags = { build: false, launch: true, cache: true };
  const lifecycle = {
    app: [{ sha: slice?.diffId }],
    buildpacks: [{ key: "x/node", version: node, layers: { node: { sha: made?.diffId, ...flags } } }],
    launcher: { sha: launcher?.diffId },
    runImage: { topLayer: base?.diffId, reference: "example.com/run@sha256:1" },
  };
  const processes = [{ type: "web", command: ["node"], args: ["--port", "$PORT x"], direct: true }];
  const build = { buildpacks: [{ id: "x/node", version: node }], processes };
  return withLabels(withEnv(image, { NODE: node }), {
    "io.buildpacks.lifecycle.metadata": JSON.stringify(lifecycle),
    "io.buildpacks.build.metadata": JSON.stringify(build),
  });
}

/** Gathers all facts about an image, including its files. */
export async function lookedInto(image: Image, previous?: Image) {
  const facts = await imageFacts(image);
  const [trees = []] = await imageTrees([image], { digests: true });
  const merged = mergedTree(trees);
  const known = previous && new Set(previous.layers.map(({ diffId }) => diffId));
  return { facts, trees, merged, report: layersReport(facts, trees, merged, known) };
}
