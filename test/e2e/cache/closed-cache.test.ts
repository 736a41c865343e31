import { chmod, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { createLayer, openBlobStore, parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, expect, test } from "vitest";
import { silentReporter } from "../../../builder-packager/src/reporter.ts";
import { unpackImage } from "../../../builder-packager/src/sandbox/unpack-image.ts";
import { execute } from "../../support/cnb.ts";
import { shellScript, type TinyWorld, tinyWorld } from "../../support/tiny/world.ts";

/** The files that another user of the machine can access in the cache of root, or of an ordinary user: none. */
let world: TinyWorld;

beforeAll(async () => {
  const wait = "busybox sleep 3";
  world = await tinyWorld([shellScript("test/wait", wait)]);
  await world.write("app", { file: "" });
});
afterAll(() => world?.remove());

/** The output of a shell of an ordinary user. */
const asOther = (script: string, user = "cnb-tester") => execute("runuser", ["-u", user, "--", "sh", "-c", script]);

test("another user cannot read a running build's files", async () => {
  // As a cache of an earlier version: open to everybody.
  for (const name of ["cache", "cache/work", "cache/rootfs", "cache/run", "cache/builds"]) {
    await mkdir(world.location(name), { recursive: true });
    await chmod(world.location(name), 0o755);
  }
  const flags = ["--env", "TOKEN=the-secret"];
  let ended = false;
  const build = world.build(`oci:${world.location("out/image")}`, flags).finally(() => {
    ended = true;
  });
  // The name of a build can be learnt, from the list of processes for example.
  let file = "";
  while (!ended && file === "")
    file = (await execute("find", [world.location("cache/work"), "-name", "TOKEN"])).stdout.trim();
  expect(await execute("cat", [file])).toMatchObject({ exitCode: 0, stdout: "the-secret" });
  expect(await asOther(`cat ${file}`)).toMatchObject({ exitCode: 1, stdout: "" });
  expect((await build).exitCode).toBe(0);
  for (const name of ["work", "rootfs", "builds", "blobs"])
    expect([name, ((await stat(world.location(`cache/${name}`))).mode & 0o777).toString(8)]).toEqual([name, "700"]);
}, 60_000);

test("a setuid file of an unpacked image gives other users no privileges", async () => {
  const store = await openBlobStore(world.location("blobs"));
  const content = Buffer.from("#!/bin/sh\nid -u\n");
  const entry = { type: "file", path: "setuid", mode: 0o4755, uid: 0, gid: 0, content } as const;
  const image = oci.imageFor(await oci.read(parseImageReference(`oci:${world.location("images/run")}`)));
  const hostile = oci.mutate.appendLayers(image, [{ layer: await createLayer([entry], store) }]);
  const rootfs = await unpackImage(hostile, { cacheDir: world.location("cache"), reporter: silentReporter });
  expect((await stat(join(rootfs, "setuid"))).mode & 0o7777).toBe(0o4755);
  await chmod(world.dir, 0o755);
  const { exitCode, stderr } = await asOther(`${join(rootfs, "setuid")}`);
  expect([exitCode, stderr]).toEqual([126, expect.stringContaining("Permission denied")]);
});
