import { randomBytes } from "node:crypto";
import { mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pinnedNode, root } from "../support/cnb.ts";
import { packProgram } from "../support/official-pack.ts";
import { idleLifecycle, type PackWorld, packWorld } from "../support/pack-world.ts";
import { peakMegabytes } from "../support/peak-memory.ts";
import { against, type Figure } from "./figure.ts";

const blocks = 1024;

/** The most memory that a command has while it packs, publishes and assembles a layer of 1 GB. */
export async function* packagerMemory(): AsyncGenerator<Figure> {
  const world = await packWorld();
  try {
    await largeBuildpack(world);
    for (const [name, task] of Object.entries(tasks(world))) {
      const pack = await peakMegabytes(await packProgram(), task.pack, {
        ...process.env,
        PACK_HOME: world.pack.home,
        HOME: world.pack.home,
      });
      const cnb = [join(root, "builder-packager/bin/cnb.js"), ...task.cnb];
      const ours = await peakMegabytes(pinnedNode, cnb, { ...process.env, LIBCNB_CACHE_DIR: join(world.dir, "cache") });
      yield against(`peak memory, ${name}`, ours, "MB", 300, "pack", pack);
    }
  } finally {
    await world.remove();
  }
}

/** Blocks of 1 MiB: every second one is random, the others are a program's code. */
async function largeBuildpack({ dir, write }: PackWorld): Promise<void> {
  await write("large", {
    "buildpack.toml": `api = "0.10"\n[buildpack]\nid = "bench/large"\nversion = "1.0.0"\n`,
    ...{ "bin/detect": "#!/bin/sh\n", "bin/build": "#!/bin/sh\n" },
  });
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

interface Task {
  readonly pack: readonly string[];
  readonly cnb: readonly string[];
}

function tasks({ dir, host }: PackWorld): Readonly<Record<string, Task>> {
  const packaging = ["buildpack", "package"];
  const target = ["--target", "linux/amd64"];
  const folder = join(dir, "large");
  return {
    "buildpack package of 1 GB": {
      pack: [...packaging, join(dir, "pack.cnb"), "--path", folder, "--format", "file", ...target],
      cnb: [...packaging, folder, "--output", join(dir, "cnb.cnb"), ...target],
    },
    published: {
      pack: [...packaging, `${host}/large:pack`, "--path", folder, "--publish", ...target],
      cnb: [...packaging, folder, "--output", `${host}/large:cnb`, ...target],
    },
  };
}
