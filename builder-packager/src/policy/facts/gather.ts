import { concurrently } from "../../concurrently.ts";
import { defined } from "../../defined.ts";
import { buildpackLabels } from "../../inspect/labels.ts";
import { layerParts } from "../../inspect/layers/layer-parts.ts";
import type { Image, Layer } from "../../oci/model/image.ts";
import { formatPlatform } from "../../oci/model/image-platform.ts";
import { serializeImage } from "../../oci/model/serialize.ts";
import type { RegistryOptions } from "../../oci/registry-options.ts";
import { sbomDocuments } from "../../sbom/documents.ts";
import { sbomContents } from "../components/sbom-components.ts";
import type { Policy } from "../policy.ts";
import { configSecrets } from "../secrets/config-secrets.ts";
import { ScanBudget } from "../secrets/scan-budget.ts";
import { type ScannedLayer, scanLayer, userIdIn } from "../secrets/scan-layer.ts";
import { baseCreated } from "./base-created.ts";
import type { CheckedImage, Secret } from "./facts.ts";
import { baseFacts, kindOf, moduleFacts } from "./label-facts.ts";

/** The images to gather facts about, and the access to their registries. */
export interface GatherInput {
  readonly name: string;
  readonly images: readonly Image[];
  readonly registry: RegistryOptions;
  readonly signal?: AbortSignal | undefined;
}

/** Layers that are scanned at the same time. */
const concurrency = 4;

/**
 * Gathers the facts about images that a policy needs. Layers are read only if the policy needs
 * their content, and each layer once, even if several images have it.
 *
 * @throws CnbError LABEL_INVALID, TAR_…, BLOB_CORRUPT, REGISTRY_….
 */
export async function gatherFacts(input: GatherInput, policy: Policy): Promise<readonly CheckedImage[]> {
  const { name, images } = input;
  const scanned = await scanLayers(layersToScan(images, policy), input);
  const facts: CheckedImage[] = [];
  for (const image of images) {
    const labels = buildpackLabels(image, name);
    const kind = kindOf(image);
    const needsSboms = [policy.sbom, policy.licenses, policy.components].some((each) => each !== undefined);
    const contents = needsSboms ? sbomContents(await sbomDocuments(image, labels?.lifecycle.sbom?.sha)) : undefined;
    facts.push({
      name,
      platform: formatPlatform(image.config),
      digest: serializeImage(image).manifestDigest,
      kind,
      modules: moduleFacts(image, name),
      bases: baseFacts(image, name),
      baseCreated: policy.base?.["max-age-days"] === undefined ? undefined : await baseCreated(image, input),
      sizeBytes: image.layers.reduce((sum, { size }) => sum + size, 0),
      user: image.config.config?.User ?? "",
      ...defined({ userId: userIdOf(image, scanned) }),
      ...defined({ sboms: contents?.sboms, components: contents?.components }),
      ...defined({ secrets: policy.secrets?.deny ? secretsOf(image, scanned, name) : undefined }),
    });
  }
  return facts;
}

/** Undefined for a numeric user, which is its own id. */
const userName = ({ config }: Image): string | undefined => {
  const [user = ""] = (config.config?.User ?? "").split(":");
  return /^\d*$/.test(user) ? undefined : user;
};

function layersToScan(images: readonly Image[], { secrets, image: rules }: Policy): readonly Layer[] {
  const scanned = images.filter(
    (image) => secrets?.deny === true || (rules?.["non-root"] === true && userName(image) !== undefined),
  );
  return [...new Map(scanned.flatMap(({ layers }) => layers.map((layer) => [layer.diffId, layer] as const))).values()];
}

async function scanLayers(
  layers: readonly Layer[],
  { signal }: GatherInput,
): Promise<ReadonlyMap<string, ScannedLayer>> {
  const budget = new ScanBudget();
  return new Map(
    await concurrently(layers, async (layer) => [layer.diffId, await scanLayer(layer, budget, signal)] as const, {
      limit: concurrency,
    }),
  );
}

/** The id of the user in the last layer that contains `/etc/passwd`. */
function userIdOf(image: Image, scanned: ReadonlyMap<string, ScannedLayer>): string | undefined {
  const name = userName(image);
  const files = image.layers.flatMap(({ diffId }) => scanned.get(diffId)?.passwd ?? []);
  const passwd = files.at(-1);
  return name === undefined || passwd === undefined ? undefined : userIdIn(passwd, name);
}

function secretsOf(image: Image, scanned: ReadonlyMap<string, ScannedLayer>, where: string): readonly Secret[] {
  const parts = layerParts(image, buildpackLabels(image, where)?.lifecycle);
  const inFiles = image.layers.flatMap(({ diffId }, at) =>
    (scanned.get(diffId)?.secrets ?? []).map(({ kind, path }) => ({
      kind,
      location: path,
      layer: diffId,
      maker: parts[at]?.maker,
    })),
  );
  return [...configSecrets(image), ...inFiles];
}
