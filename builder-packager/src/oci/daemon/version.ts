import * as v from "valibot";
import { looseObject } from "../../schema.ts";
import type { Platform } from "../model/spec.ts";
import { askFor } from "./document.ts";
import type { Engine } from "./engine.ts";

/** The version and platform of a container engine. */
export interface EngineVersion {
  /** The platform of the engine's images. */
  readonly platform: Platform;
  /**
   * True if the engine loads and saves layers compressed with zstd. Docker supports this since
   * version 23. podman 4.3 loads such layers, but cannot save them.
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
