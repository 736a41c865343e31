import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { cnbSucceeds, pinnedNode, root } from "../support/cnb.ts";
import { against, type Command, type Figure, median, medianDifference, mediansOf, plain, timesOf } from "./figure.ts";

/** As many runs as keep a difference of a few milliseconds apart from the noise of a machine that has other work. */
const runs = 100;

/** The cost of the framework alone: a buildpack that does nothing, and an import of each entry point. */
export async function* frameworkCost(): AsyncGenerator<Figure> {
  const dir = await mkdtemp(join(tmpdir(), "bench-framework-"));
  try {
    yield* phaseCost(dir);
    yield* importCost();
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function* phaseCost(dir: string): AsyncGenerator<Figure> {
  const bare = { file: pinnedNode, args: ["-e", "0"], env: {}, cwd: dir, exitCodes: [0] };
  const [detect = [], build = [], node = []] = timesOf(runs, [...(await noopPhases(dir)), bare]);
  yield against("no-op detect", median(detect), "ms", null, "node -e 0", median(node));
  yield plain("no-op detect adds", medianDifference(detect, node), "ms", 8);
  yield against("no-op build", median(build), "ms", null, "node -e 0", median(node));
  yield plain("no-op build adds", medianDifference(build, node), "ms");
}

/** The compiled buildpack's phases, called as the lifecycle calls them. */
async function noopPhases(dir: string): Promise<readonly Command[]> {
  await cnbSucceeds(["buildpack", "package", join(root, "test/bench/noop"), "--output", `oci:${dir}/package`]);
  const image = oci.imageFor(await oci.read(parseImageReference(`oci:${dir}/package`)));
  await oci.extract(image, join(dir, "rootfs"), { ownership: "ignore" });
  const buildpackDir = join(dir, "rootfs/cnb/buildpacks/bench_noop/0.1.0");
  for (const folder of ["app", "layers", "platform"]) await mkdir(join(dir, folder));
  await writeFile(join(dir, "plan.toml"), "");
  const env = {
    PATH: "/usr/bin:/bin",
    CNB_BUILDPACK_DIR: buildpackDir,
    CNB_PLATFORM_DIR: join(dir, "platform"),
    CNB_TARGET_OS: "linux",
    CNB_TARGET_ARCH: image.config.architecture,
    CNB_LAYERS_DIR: join(dir, "layers"),
    CNB_BUILD_PLAN_PATH: join(dir, "plan.toml"),
    CNB_BP_PLAN_PATH: join(dir, "plan.toml"),
  };
  const phase = (name: string) => ({
    file: join(buildpackDir, "bin", name),
    args: [],
    env,
    cwd: join(dir, "app"),
    exitCodes: [0],
  });
  return [phase("detect"), phase("build")];
}

/** Published files, not bundled: what a test run or a script pays. */
async function* importCost(): AsyncGenerator<Figure> {
  const modules = ["libcnb", "libcnb/runtime", "libcnb/spec", "libcnb/testing"];
  const scripts = [...modules.map((module) => `import ${JSON.stringify(module)};`), ""];
  const commands = scripts.map((script) => ({
    file: pinnedNode,
    args: ["--input-type=module", "-e", script],
    env: {},
    exitCodes: [0],
    cwd: join(root, "test"), // from where the packages are found
  }));
  const times = mediansOf(runs / 5, commands);
  const empty = times.at(-1) ?? Number.NaN;
  for (const [index, module] of modules.entries()) {
    yield against(`import ${module}`, times[index] ?? Number.NaN, "ms", null, "empty module", empty);
  }
}
