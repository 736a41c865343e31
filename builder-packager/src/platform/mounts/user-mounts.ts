import { resolve } from "node:path";
import type { Mount } from "../../sandbox/spec.ts";
import type { BuildImageOptions } from "../build-options.ts";
import type { Builder } from "../images/builder.ts";
import { platformDir } from "../paths.ts";
import { buildOwner, type WorkDir } from "../rootfs/work-dir.ts";
import { checkReadable, findBindings, linkBindings, mountsOfBindings } from "./bindings.ts";
import { checkVolumes, mountsOfVolumes, ofBuilds, type Volume } from "./volumes.ts";

const bindingsDir = `${platformDir}/bindings`;

/** The options of a build that name files of this machine for buildpacks. */
export type MountSettings = Pick<BuildImageOptions, "bindings" | "volumes" | "backend">;

/** The inputs of {@link userMounts}. */
export interface UserMountsInput {
  readonly work: WorkDir;
  readonly builder: Builder;
  readonly settings: MountSettings;
}

/**
 * Returns the mounts of bindings and volumes. With `--backend direct`, bindings are linked instead.
 * Throws BINDING_INVALID, ARGUMENT_INVALID.
 */
export async function userMounts({ work, builder, settings }: UserMountsInput): Promise<readonly Mount[]> {
  const { bindings = [], volumes = [], backend } = settings;
  // pack has no flag for bindings: they are volumes there.
  const ofPack = volumes.filter(isBindings);
  const others = volumes.filter((volume) => !isBindings(volume));
  const found = await findBindings([...bindings, ...ofPack.map(({ source }) => source)]);
  await checkReadable(found, buildOwner(builder));
  await checkVolumes(others, { ...ofBuilds, dirs: [...ofBuilds.dirs, work.inside.app] });
  // Links lead to bindings if nothing can be mounted.
  const isDirect = backend === "direct";
  if (isDirect) await linkBindings(found, work.platform);
  return [...(isDirect ? [] : mountsOfBindings(found)), ...(await mountsOfVolumes(others))];
}

const isBindings = ({ source, target }: Volume): boolean =>
  target === bindingsDir || target === `${bindingsDir}/${resolve(source).split("/").at(-1)}`;
