// @needs docker-registry
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute } from "../../support/cnb.ts";
import { type OfficialLifecycle, officialLifecycle } from "../../support/lifecycle/official-lifecycle.ts";
import { type Registry, startRegistry } from "../../support/service.ts";
import {
  buildApp,
  officialNodeFromNpm,
  type ReferenceWorld,
  referenceWorld,
  sampleApp,
} from "../reference/reference-world.ts";

/** Changes of a buildpack to the app's directory are kept in both, including modes. */
const writable = { BP_WRITABLE_PATHS: "uploads" };

describe("the official lifecycle in a builder created by cnb", () => {
  let world: ReferenceWorld;
  let registry: Registry;
  let lifecycle: OfficialLifecycle;

  beforeAll(async () => {
    world = await referenceWorld();
    registry = await startRegistry();
    const { platformEnv, authority } = await officialNodeFromNpm();
    lifecycle = await officialLifecycle(world.builder, { platformEnv: { ...platformEnv, ...writable }, authority });
    const runImage = `docker://${registry.host}/base-run:1`;
    const copied = await execute("skopeo", [
      "copy",
      "--insecure-policy",
      "--dest-tls-verify=false",
      world.baseRun,
      runImage,
    ]);
    if (copied.exitCode !== 0) throw new Error(copied.stderr);
    await lifecycle.useApp(sampleApp);
  });
  afterAll(async () => {
    await lifecycle?.remove();
    await registry?.stop();
  });

  test("selects the group of the Node.js buildpacks in detect", async () => {
    const outcome = await lifecycle.run("detector", [
      "-app",
      "/workspace",
      "-layers",
      "/layers",
      "-platform",
      "/platform",
    ]);
    expect({ ...outcome, stdout: "" }).toMatchObject({ exitCode: 0 });
    expect(outcome.stdout).toMatch(/libcnb\/node-engine [\s\S]*libcnb\/node-packages [\s\S]*libcnb\/node-start /);
  });

  test("creates an image with the same layers, processes and start command as cnb build", async () => {
    const reference = `${registry.host}/app:official`;
    const flags = ["-app", "/workspace", "-layers", "/layers", "-platform", "/platform", "-cache-dir", "/mnt"];
    const runImage = ["-run-image", `${registry.host}/base-run:1`, reference];
    await lifecycle.useApp(sampleApp);
    const outcome = await lifecycle.run("creator", [...flags, ...runImage]);
    expect({ exitCode: outcome.exitCode, log: outcome.exitCode === 0 ? "" : outcome.stdout + outcome.stderr }).toEqual({
      exitCode: 0,
      log: "",
    });
    expect(outcome.stdout + outcome.stderr).not.toContain("Did not find SBOM");

    const ours = `oci:${world.dir}/parity`;
    await buildApp(world, ours, sampleApp, "--env", "BP_WRITABLE_PATHS=uploads");
    const official = oci.imageFor(await oci.read(parseImageReference(reference)));
    const image = oci.imageFor(await oci.read(parseImageReference(ours)));
    expect(makersOf(image)).toEqual(makersOf(official));
    expect(image.config.config?.Entrypoint).toEqual(official.config.config?.Entrypoint);
    expect(image.config.config?.WorkingDir).toEqual(official.config.config?.WorkingDir);
    expect(label(image, "io.buildpacks.build.metadata").processes).toEqual(
      label(official, "io.buildpacks.build.metadata").processes,
    );
  });
});

const label = (image: oci.Image, name: string) => JSON.parse(image.config.config?.Labels?.[name] ?? "{}");

/** The history of each layer, next to the layer's diffID. */
const makersOf = (image: oci.Image) => {
  const history = (image.config.history ?? []).filter((entry) => !entry.empty_layer);
  return image.layers.map((layer, index) => `${layer.diffId} ${history[index]?.created_by ?? ""}`);
};
