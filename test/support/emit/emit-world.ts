// @needs docker-registry
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cnbSucceeds, pinnedNode, root } from "../cnb.ts";
import { type Registry, startRegistry } from "../service.ts";
import { shellScript, type TinyWorld, tinyWorld } from "../tiny/world.ts";

/** An app, its builder in a registry, and `npx`, which starts the `cnb` of this repository. */
export interface EmitWorld extends TinyWorld {
  readonly registry: Registry;
  /** The name of the builder. */
  readonly builder: string;
  /** Prints a manifest for the app, whose image is `shop:1` in the registry. */
  emit(kind: string, ...flags: readonly string[]): Promise<string>;
  /** The environment in which a CI system starts the scripts of a manifest. */
  readonly env: Readonly<Record<string, string>>;
}

export async function emitWorld(): Promise<EmitWorld> {
  const world = await tinyWorld([shellScript("test/look", 'echo "greeting: $GREETING"')]);
  const registry = await startRegistry();
  const builder = `${registry.host}/builder:1`;
  await cnbSucceeds(["copy", `oci:${world.location("images/builder")}`, builder]);
  // The tests do not start the image of the job, so any image has its name. The last one is the default, which is on Docker Hub.
  for (const name of ["run:1", "node:24", "library/node:24"])
    await cnbSucceeds(["copy", `oci:${world.location("images/run")}`, `${registry.host}/${name}`]);
  await world.write("app", {
    "app.txt": "app",
    "project.toml": `[_]\nschema-version = "0.2"\n[io.buildpacks]\nbuilder = "${builder}"\n[[io.buildpacks.build.env]]\nname = "GREETING"\nvalue = "hello"\n`,
  });
  await mkdir(world.location("bin"));
  const cnbPath = join(root, "builder-packager/bin/cnb.js");
  const npx = `#!/bin/sh\nshift 3\nexec ${pinnedNode} ${cnbPath} "$@"\n`;
  await writeFile(world.location("bin/npx"), npx, { mode: 0o755 });
  const { host } = registry;
  return {
    ...world,
    registry,
    builder,
    async emit(kind, ...flags) {
      const images = [
        "--image",
        `${host}/shop:1`,
        "--run-image",
        `${host}/run:1`,
        "--registry-mirror",
        `docker.io=${host}`,
      ];
      return (await cnbSucceeds(["emit", kind, ...images, ...flags], { cwd: world.location("app") })).stdout;
    },
    env: {
      PATH: `${world.location("bin")}:${process.env["PATH"]}`,
      HOME: world.dir,
      LIBCNB_CACHE_DIR: world.location("cache"),
    },
    async remove() {
      await registry.stop();
      await world.remove();
    },
  };
}
