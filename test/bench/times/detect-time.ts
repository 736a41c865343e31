import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { makeWorld } from "../../e2e/reference/reference-world.ts";
import { referenceGroups } from "../../support/apps/reference-order.ts";
import { cnbSucceeds, pinnedNode, root } from "../../support/cnb.ts";
import { against, type Figure, median, mediansOf, plain } from "../figure.ts";

/** The compiled executable: how long detect takes beside an empty Node.js, and what it weighs. */
export async function* detectTime(): AsyncGenerator<Figure> {
  const dir = await mkdtemp(join(tmpdir(), "bench-detect-"));
  try {
    await cnbSucceeds(["buildpack", "package", join(root, "buildpacks/nodejs"), "--output", `oci:${dir}/package`]);
    const image = oci.imageFor(await oci.read(parseImageReference(`oci:${dir}/package`)));
    yield plain("executable, compressed", sum(image.layers.map(({ size }) => size)) / 1e6, "MB", 40);
    await oci.extract(image, join(dir, "rootfs"), { ownership: "ignore" });
    const buildpackDir = join(dir, "rootfs/cnb/buildpacks/libcnb_node-start/0.1.0");
    await writeFile(join(dir, "package.json"), `{ "scripts": { "start": "node server.js" } }`);
    await writeFile(join(dir, "plan.toml"), "");
    const env = {
      PATH: "/usr/bin:/bin",
      CNB_BUILDPACK_DIR: buildpackDir,
      CNB_PLATFORM_DIR: dir,
      CNB_TARGET_OS: "linux",
      CNB_TARGET_ARCH: image.config.architecture,
      CNB_BUILD_PLAN_PATH: join(dir, "plan.toml"),
    };
    const detect = { file: join(buildpackDir, "bin/detect"), args: [], env, cwd: dir, exitCodes: [0] };
    const empty = { file: pinnedNode, args: ["-e", "0"], env: {}, cwd: dir, exitCodes: [0] };
    // As many runs as keep the ratio within a few percent on a machine that has other work.
    const [ours = Number.NaN, node = Number.NaN] = mediansOf(150, [detect, empty]);
    yield against("detect", ours, "ms", 1.5, "node -e 0", node);
    const familyTime = (name: string, rootfs: string) =>
      familyMilliseconds(familyOf(name, join(dir, rootfs, "cnb/buildpacks")), env, dir);
    yield plain("detect of the family", await familyTime("node", "rootfs"), "ms", 60);
    // the reference builder asks Python's first
    await cnbSucceeds(["buildpack", "package", join(root, "buildpacks/python"), "--output", `oci:${dir}/python`]);
    const python = oci.imageFor(await oci.read(parseImageReference(`oci:${dir}/python`)));
    await oci.extract(python, join(dir, "python-rootfs"), { ownership: "ignore" });
    yield plain("detect of Python's family, refusing", await familyTime("python", "python-rootfs"), "ms", 60);
    yield* wholeOrder(join(dir, "whole"), env);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** All members at once, as the lifecycle starts them; the median of many turns. */
const familyMilliseconds = (members: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Promise<number> =>
  groupsMilliseconds([members], env, cwd);

/** One group after the other, since none passes. */
async function groupsMilliseconds(groups: readonly (readonly string[])[], env: NodeJS.ProcessEnv, cwd: string) {
  const times: number[] = [];
  for (let turn = 0; turn < 60; turn++) {
    const begun = performance.now();
    for (const members of groups) {
      await Promise.all(members.map((buildpackDir) => detectOf(buildpackDir, env, cwd)));
    }
    times.push(performance.now() - begun);
  }
  return median(times);
}

/** The whole order of the reference builder, on an app that is of none of its buildpacks. */
async function* wholeOrder(dir: string, env: NodeJS.ProcessEnv): AsyncGenerator<Figure> {
  await mkdir(join(dir, "app"), { recursive: true });
  await writeFile(join(dir, "app/notes.txt"), "nothing that starts\n");
  const { builder } = await makeWorld(dir);
  await oci.extract(oci.imageFor(await oci.read(parseImageReference(builder))), join(dir, "rootfs"), {
    ownership: "ignore",
  });
  const order = await groupsIn(join(dir, "rootfs/cnb"));
  const time = await groupsMilliseconds(order, env, join(dir, "app"));
  yield plain(`detect of the whole order, ${order.flat().length} programs`, time, "ms", 500);
}

/** The buildpacks that each group starts: the lifecycle asks none twice. */
async function groupsIn(cnb: string): Promise<readonly (readonly string[])[]> {
  const known = new Set<string>();
  const groups = (await referenceGroups()).map((ids) => ids.filter((id) => !known.has(id) && known.add(id)));
  return groups.map((ids) => ids.map((id) => join(cnb, "buildpacks", id.replace("/", "_"), "0.1.0")));
}

const familyOf = (language: string, buildpacks: string): readonly string[] =>
  ["engine", "packages", "start"].map((part) => join(buildpacks, `libcnb_${language}-${part}`, "0.1.0"));

async function detectOf(buildpackDir: string, env: NodeJS.ProcessEnv, cwd: string): Promise<void> {
  const own = { ...env, CNB_BUILDPACK_DIR: buildpackDir };
  const child = spawn(join(buildpackDir, "bin/detect"), { cwd, env: own, stdio: "ignore" });
  const [code] = await once(child, "close");
  if (code !== 0 && code !== 100) throw new Error(`${buildpackDir} exited ${code} in detect`);
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
