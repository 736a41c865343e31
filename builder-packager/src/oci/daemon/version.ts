import * as v from "valibot";
import { looseObject } from "../../schema.ts";
import { parse } from "../document.ts";
import type { Platform } from "../spec.ts";
import type { Engine } from "./engine.ts";

/** What an engine is. */
export interface EngineVersion {
  /** What it runs images for. */
  readonly platform: Platform;
  /**
   * Whether it loads layers that are compressed with zstd, and gives them back: Docker does since 23. podman 4.3 takes
   * them, but fails in saving them.
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
  const answer = await engine.send({ method: "GET", path: "/version", expect: [200] });
  const found = parse(version, Buffer.from(await answer.text()), `the version of the engine at ${engine.where}`);
  const podman = found.Components?.some(({ Name }) => Name.startsWith("Podman")) === true;
  return {
    platform: { os: found.Os, architecture: found.Arch },
    takesZstd: !podman && Number.parseInt(found.Version, 10) >= 23,
  };
}
