import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { extractImage, parseImageReference, readImage } from "@libcnb/packager/oci";
import { cnbSucceeds, pinnedNode, root } from "../support/cnb.ts";
import { against, type Figure, mediansOf, plain } from "./figure.ts";

/** The compiled executable: how long detect takes beside an empty Node.js, and what it weighs. */
export async function* detectTime(): AsyncGenerator<Figure> {
  const dir = await mkdtemp(join(tmpdir(), "bench-detect-"));
  try {
    await cnbSucceeds(["buildpack", "package", join(root, "buildpacks/nodejs"), "--output", `oci:${dir}/package`]);
    const image = await readImage(parseImageReference(`oci:${dir}/package`));
    yield plain("executable, compressed", sum(image.layers.map(({ size }) => size)) / 1e6, "MB", 40);
    await extractImage(image, join(dir, "rootfs"), { ownership: "ignore" });
    const buildpackDir = join(dir, "rootfs/cnb/buildpacks/libcnb_node-start/0.1.0");
    await writeFile(join(dir, "package.json"), `{ "scripts": { "start": "node server.js" } }`);
    await writeFile(join(dir, "plan.toml"), "");
    const env = {
      ...{ PATH: "/usr/bin:/bin", CNB_BUILDPACK_DIR: buildpackDir, CNB_PLATFORM_DIR: dir, CNB_TARGET_OS: "linux" },
      ...{ CNB_TARGET_ARCH: image.config.architecture, CNB_BUILD_PLAN_PATH: join(dir, "plan.toml") },
    };
    const detect = { file: join(buildpackDir, "bin/detect"), args: [], env, cwd: dir, exitCodes: [0] };
    const empty = { file: pinnedNode, args: ["-e", "0"], env: {}, cwd: dir, exitCodes: [0] };
    // As many runs as keep the ratio within a few percent on a machine that has other work.
    const [ours = Number.NaN, node = Number.NaN] = mediansOf(150, [detect, empty]);
    yield against("detect", ours, "ms", 1.5, "node -e 0", node);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
