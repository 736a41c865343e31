import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pinnedNode, root } from "../support/cnb.ts";
import { idleLifecycle } from "../support/lifecycle/idle-lifecycle.ts";
import { packProgram } from "../support/pack/official-pack.ts";
import { type PackWorld, packWorld } from "../support/pack/pack-world.ts";
import { peakMegabytes } from "../support/peak-memory.ts";
import { against, type Figure, plain } from "./figure.ts";

const blocks = 1024;

/** The most memory that a command has while it packs, publishes and assembles a layer of 1 GB. */
export async function* packagerMemory(): AsyncGenerator<Figure> {
  const world = await packWorld();
  try {
    await largeBuildpack(world);
    for (const { name, pack, cnb } of tasks(world)) {
      const ours = await peakOfCnb(world, cnb);
      if (pack) yield against(name, ours, "MB", 300, "pack", await peakOfPack(world, pack));
      else yield plain(name, ours, "MB", 300);
    }
  } finally {
    await world.remove();
  }
}

const peakOfPack = async ({ pack: { home } }: PackWorld, args: readonly string[]): Promise<number> =>
  peakMegabytes(await packProgram(), args, { ...process.env, PACK_HOME: home, HOME: home });

async function peakOfCnb({ dir }: PackWorld, args: readonly string[]): Promise<number> {
  const cache = await mkdtemp(join(dir, "cache-"));
  const command = [join(root, "builder-packager/bin/cnb.js"), ...args];
  return peakMegabytes(pinnedNode, command, { ...process.env, LIBCNB_CACHE_DIR: cache });
}

/** Blocks of 1 MiB: every second one is random, the others are a program's code. */
async function largeBuildpack({ dir, host, write }: PackWorld): Promise<void> {
  await write("large", {
    "buildpack.toml": `api = "0.10"\n[buildpack]\nid = "bench/large"\nversion = "1.0.0"\n`,
    "bin/detect": "#!/bin/sh\n",
    "bin/build": "#!/bin/sh\n",
  });
  await write(".", { "builder.toml": builderToml(host) });
  await mkdir(join(dir, "large/data"));
  const file = await open(join(dir, "large/data/file"), "w");
  const code = await readFile(pinnedNode);
  try {
    for (let index = 0; index < blocks; index++) {
      const at = (index * (1 << 20)) % (code.length - (1 << 20));
      await file.write(index % 2 === 0 ? randomBytes(1 << 20) : code.subarray(at, at + (1 << 20)));
    }
  } finally {
    await file.close();
  }
  await idleLifecycle(join(dir, "lifecycle.tgz"));
}

const builderToml = (host: string) => `
[[buildpacks]]
uri = "cnb.cnb"
[[order]]
group = [{ id = "bench/large" }]
[build]
image = "${host}/base/build:1"
[[run.images]]
image = "${host}/base/run:1"
[lifecycle]
uri = "lifecycle.tgz"
`;

interface Task {
  readonly name: string;
  /** Absent where pack would take minutes. */
  readonly pack?: readonly string[];
  readonly cnb: readonly string[];
}

function tasks({ dir, host }: PackWorld): readonly Task[] {
  const packaging = ["buildpack", "package"];
  const target = ["--target", "linux/amd64"];
  const folder = join(dir, "large");
  return [
    {
      name: "peak memory, package of 1 GB",
      pack: [...packaging, join(dir, "pack.cnb"), "--path", folder, "--format", "file", ...target],
      cnb: [...packaging, folder, "--output", join(dir, "cnb.cnb"), ...target],
    },
    {
      name: "peak memory, 1 GB published",
      pack: [...packaging, `${host}/large:pack`, "--path", folder, "--publish", ...target],
      cnb: [...packaging, folder, "--output", `${host}/large:cnb`, ...target],
    },
    {
      name: "peak memory, builder with 1 GB",
      cnb: ["builder", "create", `oci:${dir}/builder`, "--config", join(dir, "builder.toml")],
    },
  ];
}
