import { CnbError } from "../../errors.ts";
import type { Image, Layer } from "../../oci/model/image.ts";
import { labelsOf } from "../../oci/model/mutate.ts";
import type { ContainerConfig, HistoryEntry, ImageConfig } from "../../oci/model/spec.ts";
import { baseHistory } from "../export/app-image.ts";
import type { ExtendedKind, GeneratedDockerfile } from "./generated.ts";

/** A layer created by a Dockerfile, and the instruction that created it. */
export interface CreatedLayer {
  readonly layer: Layer;
  readonly instruction: string;
}

const rebasableLabel = "io.buildpacks.rebasable";

/**
 * Returns the image extended by a Dockerfile, with the metadata that the lifecycle's extender would
 * write. The history names the extension. The image is rebasable only if every Dockerfile declares
 * that.
 *
 * @param wasRebasable true if all earlier Dockerfiles declared the image rebasable
 */
export function extendedImage(
  base: Image,
  made: ImageConfig,
  layers: readonly CreatedLayer[],
  { extension }: Pick<GeneratedDockerfile, "extension">,
  wasRebasable: boolean,
): Image {
  const all = [...base.layers, ...layers.map(({ layer }) => layer)];
  const own = layers.map(
    ({ instruction }): HistoryEntry => ({
      created_by: `Layer: '${instruction}', Created by extension: ${extension.id}`,
    }),
  );
  const labels = { ...made.config?.Labels, [rebasableLabel]: `${wasRebasable && hasRebasableLabel(made)}` };
  const { raw: _, ...view } = base;
  return {
    ...view,
    config: {
      ...base.config,
      config: { ...made.config, ...environment(base.config, made), Labels: labels },
      rootfs: { type: "layers", diff_ids: all.map(({ diffId }) => diffId) },
      history: [...baseHistory(base), ...own],
    },
    layers: all,
  };
}

/**
 * Restores the order of environment variables: buildah moves a variable that is set again to the
 * end of the list.
 */
function environment(base: ImageConfig, made: ImageConfig): Pick<ContainerConfig, "Env"> {
  const list = made.config?.Env;
  if (list === undefined) return {};
  const names = (base.config?.Env ?? []).map(nameOf);
  const locationOf = (entry: string) => (names.includes(nameOf(entry)) ? names.indexOf(nameOf(entry)) : names.length);
  return { Env: [...list].sort((one, other) => locationOf(one) - locationOf(other)) };
}

const nameOf = (entry: string): string => entry.split("=")[0] ?? "";

/** True if the value of the label is true in the notation of Go's `strconv.ParseBool`. */
const hasRebasableLabel = ({ config }: ImageConfig): boolean =>
  /^(1|t|T|true|TRUE|True)$/.test(config?.Labels?.[rebasableLabel] ?? "");

/** True if an extended image declares itself rebasable. */
export const isRebasable = (image: Image): boolean => labelsOf(image)[rebasableLabel] === "true";

/** Returns the instruction of each new layer. History entries without a layer are skipped. */
export function instructionsOf(
  base: ImageConfig,
  made: ImageConfig,
  instructions: readonly string[],
): readonly string[] {
  const entries = (made.history ?? []).slice(base.history?.length ?? 0);
  const isKnown = entries.length === instructions.length;
  return entries.flatMap(({ empty_layer, created_by = "" }, index) =>
    empty_layer ? [] : [(isKnown && instructions[index]) || created_by],
  );
}

/**
 * Returns the user and group of an image, for the Dockerfile arguments `user_id` and `group_id`.
 */
export function userOf({ config }: ImageConfig): { readonly user: string; readonly group: string } {
  const parts = (config?.User ?? "").split(":");
  return parts.length < 2 ? { user: config?.User ?? "", group: "" } : { user: parts[0] ?? "", group: parts[1] ?? "" };
}

/**
 * Checks the user of the image after the last Dockerfile. Returns a warning for the extension's
 * author, if any.
 *
 * @throws CnbError EXTENSION_APPLY_FAILED if the app would run as root
 */
export function checkFinalUser(kind: ExtendedKind, before: Image, after: Image, last: string): string | undefined {
  const [{ user: old }, { user }] = [userOf(before.config), userOf(after.config)];
  if (kind === "run" && (isRoot(user) || (user === "" && old !== "")))
    throw new CnbError("EXTENSION_APPLY_FAILED", `after the extension ${last}, the user of the run image is root`, {
      hint: `End this extension's run.Dockerfile with USER \${user_id}:\${group_id}, the arguments that contain the original user of the image.`,
    });
  return user === old
    ? undefined
    : `after the extension ${last}, the user of the ${kind} image is ${user || "root"} instead of ${old || "root"}`;
}

/** True for root, also as a number that container engines read as 0. */
const isRoot = (user: string): boolean => /^(root|[+-]?0+)$/.test(user);
