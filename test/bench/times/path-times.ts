import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { makeWorld, nodeFromNpm, officialNodeFromNpm, sampleApp } from "../../e2e/reference/reference-world.ts";
import { cnbSucceeds, execute } from "../../support/cnb.ts";
import { officialLifecycle } from "../../support/lifecycle/official-lifecycle.ts";
import { startRegistry } from "../../support/service.ts";
import { against, type Figure, plain, secondsOf } from "../figure.ts";

/** The demo's steps with empty and with filled caches, and the second build beside the official lifecycle's. */
export async function* pathTimes(): AsyncGenerator<Figure> {
  const dir = await mkdtemp(join(tmpdir(), "bench-path-"));
  const env = { ...process.env, LIBCNB_CACHE_DIR: join(dir, "cache") };
  try {
    await cp(sampleApp, join(dir, "source"), { recursive: true });
    const app = ["--path", join(dir, "source"), "--builder", `oci:${dir}/builder`, ...(await nodeFromNpm())];
    const build = () => cnbSucceeds(["build", `oci:${dir}/app`, ...app], { env });
    const cold = { make: await secondsOf(() => makeWorld(dir, { env })), build: await secondsOf(build) };
    yield plain("demo, cold", cold.make + cold.build, "s");
    yield plain("  base, builder", cold.make, "s");
    yield plain("  first build", cold.build, "s");
    const warm = await secondsOf(() => makeWorld(dir, { env }).then(build));
    yield plain("demo, warm", warm, "s", 20);
    yield plain("builder's share", await builderShare(dir), "MB", 41);
    const second = Math.min(await secondsOf(build), await secondsOf(build));
    yield against("second build", second, "s", 2, "lifecycle creator", await officialSecondBuild(dir));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Megabytes of compressed buildpack layers in the builder. */
async function builderShare(dir: string): Promise<number> {
  const image = oci.imageFor(await oci.read(parseImageReference(`oci:${dir}/builder`)));
  const modules = JSON.parse(image.config.config?.Labels?.["io.buildpacks.buildpack.layers"] ?? "{}");
  const versions = Object.values<Record<string, { layerDiffID: string }>>(modules).flatMap((each) =>
    Object.values(each),
  );
  const diffIds = new Set(versions.map(({ layerDiffID }) => layerDiffID));
  const layers = image.layers.filter(({ diffId }) => diffIds.has(diffId));
  return layers.reduce((total, { size }) => total + size, 0) / 1e6;
}

/** The same second build by the official lifecycle, exporting to a registry on the loopback interface. */
async function officialSecondBuild(dir: string): Promise<number> {
  const registry = await startRegistry();
  const lifecycle = await officialLifecycle(`oci:${dir}/builder`, await officialNodeFromNpm());
  try {
    const runImage = `${registry.host}/base-run:1`;
    await execute("skopeo", [
      "copy",
      "--insecure-policy",
      "--dest-tls-verify=false",
      `oci:${dir}/base-run`,
      `docker://${runImage}`,
    ]);
    const flags = ["-app", "/workspace", "-layers", "/layers", "-platform", "/platform", "-cache-dir", "/mnt"];
    const create = async () => {
      await lifecycle.useApp(sampleApp);
      const seconds = await secondsOf(async () => {
        const { exitCode, stdout } = await lifecycle.run("creator", [
          ...flags,
          "-run-image",
          runImage,
          `${registry.host}/app:1`,
        ]);
        if (exitCode !== 0) throw new Error(stdout);
      });
      await execute("sh", ["-c", `rm -rf "${lifecycle.layersDir}"/*`]);
      return seconds;
    };
    await create();
    return Math.min(await create(), await create());
  } finally {
    await lifecycle.remove();
    await registry.stop();
  }
}
