import { CnbError } from "../../errors.ts";
import type { Image, Layer } from "../../oci/model/image.ts";
import { labelsOf } from "../../oci/model/mutate.ts";
import type { ContainerConfig, HistoryEntry, ImageConfig } from "../../oci/model/spec.ts";
import { baseHistory } from "../export/app-image.ts";
import type { ExtendedKind, GeneratedDockerfile } from "./generated.ts";

/** A layer that a Dockerfile has made, and the instruction that it comes from. */
export interface CreatedLayer {
  readonly layer: Layer;
  readonly instruction: string;
}

const rebasableLabel = "io.buildpacks.rebasable";

/**
 * The image extended by a Dockerfile, described like the lifecycle's extender does: its history
 * names the extension, and it is rebasable while each Dockerfile declares so.
 *
 * @param wasRebasable whether all Dockerfiles before said so.
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
  const labels = { ...made.config?.Labels, [rebasableLabel]: `${wasRebasable && saysRebasable(made)}` };
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

/** Buildah puts a variable that is set anew behind all others; elsewhere it keeps its place. */
function environment(base: ImageConfig, made: ImageConfig): Pick<ContainerConfig, "Env"> {
  const list = made.config?.Env;
  if (list === undefined) return {};
  const names = (base.config?.Env ?? []).map(nameOf);
  const locationOf = (entry: string) => (names.includes(nameOf(entry)) ? names.indexOf(nameOf(entry)) : names.length);
  return { Env: [...list].sort((one, other) => locationOf(one) - locationOf(other)) };
}

const nameOf = (entry: string): string => entry.split("=")[0] ?? "";

/** As Go's strconv.ParseBool reads it. */
const saysRebasable = ({ config }: ImageConfig): boolean =>
  /^(1|t|T|true|TRUE|True)$/.test(config?.Labels?.[rebasableLabel] ?? "");

/** True if an extended image declares itself rebasable. */
export const isRebasable = (image: Image): boolean => labelsOf(image)[rebasableLabel] === "true";

/** The instruction of each new layer, from the history, which also has entries without layers. */
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

/** User and group of an image, in the form of the arguments `user_id` and `group_id`. */
export function userOf({ config }: ImageConfig): { readonly user: string; readonly group: string } {
  const parts = (config?.User ?? "").split(":");
  return parts.length < 2 ? { user: config?.User ?? "", group: "" } : { user: parts[0] ?? "", group: parts[1] ?? "" };
}

/**
 * Checks the user after the last Dockerfile. Returns a warning for the author, if any.
 *
 * @throws CnbError EXTENSION_APPLY_FAILED where the application would run as root.
 */
export function checkFinalUser(kind: ExtendedKind, before: Image, after: Image, last: string): string | undefined {
  const [{ user: old }, { user }] = [userOf(before.config), userOf(after.config)];
  if (kind === "run" && (isRoot(user) || (user === "" && old !== "")))
    throw new CnbError("EXTENSION_APPLY_FAILED", `extension ${last} leaves root as the user of the run image`, {
      hint: "End the last run.Dockerfile that sets a user with the user of the image: the arguments user_id and group_id.",
    });
  return user === old
    ? undefined
    : `extension ${last} leaves ${user} as the user of the ${kind} image, which was ${old}`;
}

/** Also the numbers that engines read as 0. */
const isRoot = (user: string): boolean => /^(root|[+-]?0+)$/.test(user);
