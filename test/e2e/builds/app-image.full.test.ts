// @needs docker, docker-registry, dockerd, root
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cnbSucceeds, execute } from "../../support/cnb.ts";
import { callWhenReady, freePort } from "../../support/http.ts";
import { type Engine, startDocker, startRegistry } from "../../support/service.ts";
import { buildApp, nodeFromNpm, type ReferenceWorld, referenceWorld, sampleApp } from "../reference/reference-world.ts";

let world: ReferenceWorld;
let app: string;
let appDir: string;

beforeAll(async () => {
  world = await referenceWorld();
  appDir = join(world.dir, "app");
  app = `oci:${appDir}`;
  await buildApp(world, app);
});

describe("the image of a Node.js application", () => {
  test.for(["app", "builder", "base-build", "base-run"])(
    'is stored with correct digests and sizes, like its builder and base images; here the image "%s"',
    async (name) => {
      expect(await oci.validate(oci.imageFor(await oci.read(parseImageReference(`oci:${world.dir}/${name}`))))).toEqual(
        [],
      );
    },
  );

  test("is read by skopeo", async () => {
    const { stdout, stderr } = await execute("skopeo", ["inspect", app]);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({ Os: "linux", Architecture: "amd64" });
  });

  test("is unpacked by umoci, which verifies all digests", async () => {
    const bundle = join(world.dir, "bundle");
    const tag = (await execute("umoci", ["ls", "--layout", appDir])).stdout.trim().split("\n")[0];
    const { exitCode, stderr } = await execute("umoci", [
      "unpack",
      "--rootless",
      "--image",
      `${appDir}:${tag}`,
      bundle,
    ]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    await execute("rm", ["-rf", bundle]);
  });

  test("contains no npm cache, no leftovers of build tools and no dev dependency", async () => {
    const paths = await pathsIn(app);
    expect(paths.filter((path) => /_cacache|_logs\/|\.git\//.test(path))).toEqual([]);
    expect(paths.filter((path) => path.startsWith("/workspace/node_modules/typescript/"))).toEqual([]);
    expect(paths).toContain("/workspace/package.json");
  });
});

describe("a real Docker daemon", () => {
  let daemon: Engine;
  let image: string;
  beforeAll(async () => {
    daemon = await startDocker();
  });
  afterAll(() => daemon?.stop());

  test("loads the image and runs it as an ordinary user, and the app responds", async () => {
    const load = await execute("sh", ["-c", `tar -C "${appDir}" -c . > "${world.dir}/app.tar"`]);
    expect(load.exitCode).toBe(0);
    const loaded = await daemon.docker("load", "--input", join(world.dir, "app.tar"));
    expect(loaded.stdout + loaded.stderr).toMatch(/Loaded image/);
    image = /Loaded image(?: ID)?: (\S+)/.exec(loaded.stdout)?.[1] ?? "";
    const port = await freePort();
    const started = await daemon.docker("run", "--detach", "--network", "host", "--env", `PORT=${port}`, image);
    expect(started.stderr).toBe("");
    const answer = await callWhenReady(`http://127.0.0.1:${port}/`, 60_000);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ nodeEnv: "production" });
    expect(JSON.parse(answer.body).uid).not.toBe(0);
    const stopped = await daemon.docker("stop", "--time", "20", started.stdout.trim());
    expect(stopped.exitCode).toBe(0);
    const { stdout } = await daemon.docker("inspect", "--format", "{{.State.ExitCode}}", started.stdout.trim());
    expect(stdout.trim()).toBe("0");
  });

  test("passes the container's memory and CPU limits to the app", async () => {
    const names = ["MEMORY_AVAILABLE", "WEB_CONCURRENCY", "NODE_OPTIONS"];
    const script = `console.log(${JSON.stringify(names)}.map((name) => name + "=" + process.env[name]).join(" "))`;
    const first = "--require=/layers/libcnb_node-engine/limits/programs/first-process.cjs";
    const limited = ["--memory", "300m", "--cpus", "1", "--entrypoint", "/cnb/lifecycle/launcher"];
    const run = (...flags: string[]) =>
      daemon.docker("run", "--rm", "--network", "host", ...limited, ...flags, image, "--", "node", "-e", script);
    expect(await run()).toMatchObject({
      stdout: `MEMORY_AVAILABLE=300 WEB_CONCURRENCY=1 NODE_OPTIONS=--max-old-space-size=225 ${first}\n`,
      stderr: "",
    });
    const own = ["--env", "NODE_OPTIONS=--max-old-space-size=99", "--env", "WEB_CONCURRENCY=7", "--read-only"];
    expect((await run(...own)).stdout).toBe(
      `MEMORY_AVAILABLE=300 WEB_CONCURRENCY=7 NODE_OPTIONS=--max-old-space-size=99 ${first}\n`,
    );
  });
});

describe("cnb build", () => {
  test("writes the same image to a registry and a layout", async () => {
    const registry = await startRegistry();
    try {
      const reference = `${registry.host}/team/app:1`;
      const digest = await buildApp(world, reference);
      expect(digest).toBe(await buildApp(world, app));
      const { stdout } = await execute("skopeo", ["inspect", "--tls-verify=false", `docker://${reference}`]);
      expect(JSON.parse(stdout).Digest).toBe(digest);
    } finally {
      await registry.stop();
    }
  });

  test("writes a docker-archive that skopeo reads", async () => {
    const file = join(world.dir, "app-docker.tar");
    const digest = await buildApp(world, `docker-archive:${file}`);
    expect(digest).toBe(await buildApp(world, app));
    const { exitCode } = await execute("skopeo", ["inspect", `docker-archive:${file}`]);
    expect(exitCode).toBe(0);
  });

  test("reuses every layer of an unchanged app and logs why", async () => {
    const args = ["build", app, "--path", sampleApp, "--builder", world.builder, ...(await nodeFromNpm())];
    const { stdout, stderr } = await cnbSucceeds(args);
    const layers = stderr.split("\n").filter((line) => /^ +(Added|Reused) /.test(line));
    expect(layers.map((line) => line.trim().replaceAll(/\([\d.]+ k?M?B\)/g, "(SIZE)"))).toEqual([
      "Reused libcnb/node-engine:limits (SIZE): same contents as in the previous image",
      "Reused libcnb/node-engine:node (SIZE): restored and unchanged since",
      "Reused libcnb/node-start:start (SIZE): its buildpack reuses the layer of the previous image",
      "Reused SBOM (SIZE): same contents as in the previous image",
      "Reused app slice 1 of 2 (SIZE): same contents as in the previous image",
      "Reused app slice 2 of 2 (SIZE): same contents as in the previous image",
      "Reused launcher (SIZE): same contents as in the previous image",
      "Reused config (SIZE): same contents as in the previous image",
      "Reused process types (SIZE): same contents as in the previous image",
    ]);
    expect(stdout.trim()).toBe(oci.serialize(oci.imageFor(await oci.read(parseImageReference(app)))).manifestDigest);
  });
});

/** The paths of all files in the image's layers, by GNU tar. */
async function pathsIn(reference: string): Promise<string[]> {
  const image = oci.imageFor(await oci.read(parseImageReference(reference)));
  const dir = join(world.dir, "listing");
  await mkdir(dir, { recursive: true });
  const paths: string[] = [];
  for (const layer of image.layers) {
    const blob = join(appDir, "blobs/sha256", layer.digest.slice("sha256:".length));
    const { stdout } = await execute("tar", ["--absolute-names", "-tf", blob]);
    paths.push(...stdout.split("\n"));
  }
  return paths;
}
