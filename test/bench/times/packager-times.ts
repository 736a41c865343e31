import { createReadStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decompress } from "../../../builder-packager/src/tar/compression.ts";
import { readTar } from "../../../builder-packager/src/tar/read.ts";
import { lifecycleArchive } from "../../support/lifecycle/lifecycle-archive.ts";
import { type OfficialPack, officialPack } from "../../support/pack/official-pack.ts";
import { type PackWorld, packWorld } from "../../support/pack/pack-world.ts";
import { compositeOf } from "../../support/template-workspace.ts";
import { type Figure, fasterThan, median, secondsOf } from "../figure.ts";
import { programBuildpack } from "../packager-inputs.ts";

const count = 8;
const turns = 2;

/** One command, given alike to both. `image` is where it writes. */
interface Task {
  readonly name: string;
  pack(image: string): readonly string[];
  cnb(image: string): readonly string[];
  readonly coldTarget: number | null;
  readonly unchangedTarget: number | null;
}

/**
 * Builders and packages, made by pack and by cnb in turns from the same files into the same registry.
 *
 * Cold: all caches of the command are empty and the registry has no image of that name; base images are in the registry and the
 * lifecycle's archive is a local file, for both. Unchanged: the same command again.
 */
export async function* packagerTimes(): AsyncGenerator<Figure> {
  const world = await packWorld();
  try {
    for (const task of await tasks(world)) {
      const { cold, unchanged } = await measure(world, task);
      yield fasterThan(`${task.name}, cold`, "s", {
        value: cold.cnb,
        peer: "pack",
        peerValue: cold.pack,
        times: task.coldTarget,
      });
      yield fasterThan(`${task.name}, unchanged`, "s", {
        value: unchanged.cnb,
        peer: "pack",
        peerValue: unchanged.pack,
        times: task.unchangedTarget,
      });
    }
  } finally {
    await world.remove();
  }
}

/** A builder of buildpacks in the registry; their composite as a file and in the registry. */
async function tasks({ dir, host, write, pack }: PackWorld): Promise<readonly Task[]> {
  const lifecycle = await lifecycleArchive();
  const program = join(dir, "program");
  const entries = await readTar(decompress(createReadStream(lifecycle)));
  const binary = entries.find(({ path }) => path === "lifecycle/lifecycle");
  if (binary?.type !== "file") throw new Error(`${lifecycle} has no lifecycle/lifecycle`);
  await writeFile(program, binary.content as Uint8Array, { mode: 0o755 });
  const ids = Array.from({ length: count }, (_, index) => `bench/bp${index}`);
  for (const id of ids) {
    const folder = join(dir, id.replace("/", "-"));
    await programBuildpack(folder, { id, program });
    await pack.succeeds([
      "buildpack",
      "package",
      `${host}/${id}:1`,
      "--path",
      folder,
      "--publish",
      "--target",
      "linux/amd64",
    ]);
  }
  await compositeOf(join(dir, "all"), { id: "bench/all", members: ids });
  await write(".", { "builder.toml": builderToml(host, ids, lifecycle) });
  const config = join(dir, "builder.toml");
  const packageToml = join(dir, "all/package.toml");
  const packaging = ["buildpack", "package"];
  const target = ["--target", "linux/amd64"];
  return [
    {
      name: "builder create",
      coldTarget: 5,
      unchangedTarget: 20,
      pack: (image) => ["builder", "create", `${host}/${image}`, "--config", config, "--publish"],
      cnb: (image) => ["builder", "create", `${host}/${image}`, "--config", config],
    },
    {
      name: "buildpack package",
      coldTarget: null,
      unchangedTarget: null,
      pack: (image) => [
        ...packaging,
        join(dir, `${image}.cnb`),
        "--config",
        packageToml,
        "--format",
        "file",
        ...target,
      ],
      cnb: (image) => [
        ...packaging,
        join(dir, "all"),
        "--no-flatten",
        "--output",
        join(dir, `${image}.cnb`),
        ...target,
      ],
    },
    {
      name: "buildpack package, published",
      coldTarget: null,
      unchangedTarget: null,
      pack: (image) => [...packaging, `${host}/${image}`, "--config", packageToml, "--publish", ...target],
      cnb: (image) => [...packaging, join(dir, "all"), "--no-flatten", "--output", `${host}/${image}`, ...target],
    },
  ];
}

const builderToml = (host: string, ids: readonly string[], lifecycle: string) => `
${ids.map((id) => `[[buildpacks]]\nuri = "${host}/${id}:1"\n`).join("")}
[[order]]
group = [${ids.map((id) => `{ id = "${id}", version = "1.0.0" }`).join(", ")}]
[build]
image = "${host}/base/build:1"
[[run.images]]
image = "${host}/base/run:1"
[lifecycle]
uri = "${lifecycle}"
`;

interface Pair {
  readonly pack: number;
  readonly cnb: number;
}

async function measure(world: PackWorld, task: Task): Promise<{ readonly cold: Pair; readonly unchanged: Pair }> {
  const times = {
    pack: { cold: [] as number[], unchanged: [] as number[] },
    cnb: { cold: [] as number[], unchanged: [] as number[] },
  };
  for (let turn = 0; turn < turns; turn++) {
    const slug = `${task.name.replaceAll(/[^a-z]+/g, "-")}-${turn}`;
    const pack: OfficialPack = await officialPack();
    const env = { LIBCNB_CACHE_DIR: join(world.dir, `cache-${slug}`) };
    const runPack = () => secondsOf(() => pack.succeeds(task.pack(`${slug}-pack`)));
    const runCnb = () => secondsOf(() => world.cnb(task.cnb(`${slug}-cnb`), env));
    times.pack.cold.push(await runPack());
    times.cnb.cold.push(await runCnb());
    times.pack.unchanged.push(await runPack());
    times.cnb.unchanged.push(await runCnb());
    await pack.remove();
  }
  const pairOf = (kind: "cold" | "unchanged") => ({ pack: median(times.pack[kind]), cnb: median(times.cnb[kind]) });
  return { cold: pairOf("cold"), unchanged: pairOf("unchanged") };
}
