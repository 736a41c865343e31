import type { Image } from "@libcnb/packager/oci";
import { readTar } from "../../../builder-packager/src/tar/read.ts";

/** All that makes an image, in a form that shows where two differ: first what the buildpacks saw. */
export interface ImageFacts {
  readonly seen: Readonly<Record<string, string>>;
  readonly platform: readonly unknown[];
  readonly layers: readonly string[];
  readonly history: readonly string[];
  readonly container: unknown;
  readonly labels: unknown;
}

export async function imageFacts({ config, layers }: Image): Promise<ImageFacts> {
  const { Labels, ...container } = config.config ?? {};
  const history = config.history ?? [];
  const seen = layers.filter((_, index) => history[index]?.created_by?.startsWith("Layer: 'seen'"));
  return {
    seen: Object.assign({}, ...(await Promise.all(seen.map(textsOf)))),
    platform: [config.os, config.architecture, config.created],
    layers: layers.map(({ diffId }, index) => `${diffId} ${history[index]?.created_by ?? ""}`),
    history: history.map(({ created, created_by }) => `${created} ${created_by ?? ""}`),
    container,
    labels: Labels,
  };
}

async function textsOf(layer: Image["layers"][number]): Promise<Record<string, string>> {
  const entries = await readTar(layer.uncompressed());
  return Object.fromEntries(
    entries.flatMap((entry) =>
      entry.type === "file" && entry.content instanceof Uint8Array
        ? [[entry.path, Buffer.from(entry.content).toString()]]
        : [],
    ),
  );
}
