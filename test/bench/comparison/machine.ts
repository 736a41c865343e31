import { readFileSync } from "node:fs";
import { arch, cpus, totalmem } from "node:os";
import { join } from "node:path";
import { execute, root } from "../../support/cnb.ts";
import { packVersion } from "../../support/pack/official-pack.ts";
import { syftVersion } from "./images.ts";
import type { Machine } from "./results.ts";
import { buildKitClient } from "./tools/buildkit-client.ts";
import { kanikoVersion } from "./tools/kaniko.ts";

export const machine = (): Machine => ({
  processors: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  architecture: arch(),
});

/** The versions of the tools on this machine. */
export async function versions(): Promise<Readonly<Record<string, string>>> {
  const { version } = JSON.parse(readFileSync(join(root, "builder-packager/package.json"), "utf8"));
  return {
    cnb: version,
    pack: packVersion,
    "Docker with BuildKit": await printed(await buildKitClient(), "--version"),
    buildah: await printed("buildah", "--version"),
    kaniko: kanikoVersion,
    syft: syftVersion,
    "Node.js": process.versions.node,
  };
}

async function printed(program: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await execute(program, args);
  return /version (\d[\d.]*\d)/.exec(stdout)?.[1] ?? stdout.trim();
}
