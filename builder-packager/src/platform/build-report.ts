import type { Group } from "libcnb/lifecycle-rules";
import type { Digest } from "../oci/model/digest.ts";
import type { Reporter } from "../reporter.ts";
import { humanSize } from "../text/human-size.ts";
import type { ExportedLayer } from "./export/export-layer.ts";
import type { BuildMetadata } from "./metadata-toml.ts";

/** The result of a build, for the caller: the image's digest and its contents. */
export interface BuildReport {
  readonly manifestDigest: Digest;
  readonly group: Group;
  readonly processes: readonly {
    readonly type: string;
    readonly command: readonly string[];
    readonly args: readonly string[];
  }[];
  readonly layers: readonly (Pick<ExportedLayer, "name" | "state" | "reason"> & {
    readonly diffId: Digest;
    readonly size: number;
  })[];
}

/** Creates the report of a finished build, which {@link buildImage} returns to the caller. */
export function reportOf(
  manifestDigest: Digest,
  group: Group,
  metadata: BuildMetadata,
  layers: readonly ExportedLayer[],
): BuildReport {
  return {
    manifestDigest,
    group,
    processes: metadata.processes.map(({ type, command, args }) => ({ type, command, args: args ?? [] })),
    layers: layers.map(({ name, state, reason, layer }) => ({
      name,
      state,
      reason,
      diffId: layer.diffId,
      size: layer.size,
    })),
  };
}

/** Logs that a layer was added or reused, and for what reason. */
export function announce(reporter: Reporter, { name, state, reason, layer }: ExportedLayer): void {
  reporter.info(`${state === "added" ? "Added " : "Reused"} ${name} (${humanSize(layer.size)}): ${reason}`);
}
