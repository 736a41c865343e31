import * as v from "valibot";
import { looseObject } from "../../schema.ts";
import type { Platform } from "../spec.ts";
import { askFor } from "./document.ts";
import type { Engine } from "./engine.ts";

/** What an engine is. */
export interface EngineVersion {
  /** What it runs images for. */
  readonly platform: Platform;
  /**
   * True if it loads layers that are compressed with zstd, and gives them back: Docker does since
   * 23. podman 4.3 takes them, but fails in saving them.
   */
  readonly takesZstd: boolean;
}

const version = looseObject({
  Version: v.string(),
  Os: v.string(),
  Arch: v.string(),
  Components: v.optional(v.nullable(v.array(looseObject({ Name: v.string() })))),
});

export async function engineVersion(engine: Engine): Promise<EngineVersion> {
  const found = await askFor(engine, { method: "GET", path: "/version", expect: [200] }, version, "the version");
  const podman = found.Components?.some(({ Name }) => Name.startsWith("Podman")) === true;
  return {
    platform: { os: found.Os, architecture: found.Arch },
    takesZstd: !podman && Number.parseInt(found.Version, 10) >= 23,
  };
}
