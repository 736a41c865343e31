// @needs busybox, docker-registry
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { type Image, parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BuildImageOptions } from "../../../builder-packager/src/platform/build-options.ts";
import { buildImage } from "../../../builder-packager/src/project/build-image.ts";
import { silentReporter } from "../../../builder-packager/src/reporter.ts";
import { unpackImage } from "../../../builder-packager/src/sandbox/unpack-image.ts";
import { imageFacts } from "../../support/images/image-facts.ts";
import { parityBuildpacks, parityOrder } from "../../support/lifecycle/parity-buildpacks.ts";
import { releasedLifecycle } from "../../support/lifecycle/released-lifecycle.ts";
import { freshFolders, outputOf } from "../../support/lifecycle/sandboxed-lifecycle.ts";
import { type Registry, startRegistry } from "../../support/service.ts";
import { shellBuilder } from "../../support/tiny/shell-builder.ts";
import { shellImage } from "../../support/tiny/shell-image.ts";

/** An app that lies elsewhere than in `/workspace`: the creator's `-app /app`, which pack says for `--workspace app`. */
const signal = new AbortController().signal;
const api = "0.14";
let dir: string;
let registry: Registry;
let builder: Image;
const location = (name: string) => join(dir, name);
const inRegistry = (name: string) => parseImageReference(`${registry.host}/${name}`);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "workspace-"));
  await chmod(dir, 0o755);
  registry = await startRegistry();
  await oci.write(await shellImage(dir), inRegistry("run:1"));
  const lifecycle = await releasedLifecycle();
  const runImage = `${registry.host}/run:1`;
  const parts = { buildpacks: parityBuildpacks, order: parityOrder, lifecycle };
  builder = await shellBuilder({ dir, ...parts, runImage, platformApis: [api] });
  await oci.write(builder, { kind: "oci", dir: location("images/builder") }, { name: "builder:1" });
  await mkdir(location("app/src"), { recursive: true });
  for (const name of ["app.txt", "src/one.js", "src/two.ts"]) await writeFile(location(`app/${name}`), name);
});
afterAll(async () => {
  await registry?.stop();
  await rm(dir, { recursive: true, force: true });
});

async function official(): Promise<Image> {
  await freshFolders(location("official"), location("app"));
  const rootfs = await unpackImage(builder, { cacheDir: location("cache"), reporter: silentReporter });
  const targets = { layers: "/layers", platform: "/platform", cache: "/cache", tmp: "/tmp", "home/cnb": "/home/cnb" };
  const mounts = Object.entries({ ...targets, workspace: "/app" }).map(([name, target]) => ({
    source: location(`official/${name}`),
    target,
    readonly: false,
  }));
  const env = { CNB_PLATFORM_API: api };
  const paths = ["-app", "/app", "-layers", "/layers", "-platform", "/platform", "-cache-dir", "/cache"];
  const image = `${registry.host}/app:official`;
  const command = ["/cnb/lifecycle/creator", ...paths, "-run-image", `${registry.host}/run:1`, image] as const;
  const { exitCode, output } = await outputOf({ rootfs, mounts, cwd: "/layers", env, command });
  if (exitCode !== 0) throw new Error(`creator exited ${exitCode}\n${output}`);
  return oci.read(inRegistry("app:official")).then((index) => oci.imageFor(index));
}

async function ours(options: Partial<BuildImageOptions>): Promise<Image> {
  const output = inRegistry("app:ours");
  await buildImage({
    app: location("app"),
    output,
    reporter: silentReporter,
    signal,
    builder: { kind: "oci", dir: location("images/builder") },
    env: { ...process.env, LIBCNB_CACHE_DIR: location("own-cache"), SOURCE_DATE_EPOCH: undefined },
    ...options,
  });
  return oci.read(output).then((index) => oci.imageFor(index));
}

test("cnb build --workspace creates the same image as the lifecycle's creator, in the first build and in a rebuild", async () => {
  const first = await imageFacts(await official());
  expect(first.container).toMatchObject({ WorkingDir: "/app" });
  expect(await imageFacts(await ours({ workspace: "app" }))).toEqual(first);
  expect(await imageFacts(await ours({ workspace: "/app" }))).toEqual(await imageFacts(await official()));
});

test("a custom --workspace path does not affect later builds", async () => {
  await ours({ workspace: "app" });
  const rootfs = await unpackImage(builder, { cacheDir: location("own-cache"), reporter: silentReporter });
  expect(await readdir(rootfs)).toContain("workspace");
  expect(await readdir(rootfs)).not.toContain("app");
});

test.for<readonly [string, Partial<BuildImageOptions>, string]>([
  ["a directory of the builder", { workspace: "/bin" }, "--workspace /bin would hide files of the builder"],
  [
    "the mount point of a volume",
    { workspace: "/app", volumes: [{ source: "/etc", target: "/app/etc" }] },
    "--volume /etc:/app/etc cannot be mounted: it would hide /app, which the build uses",
  ],
])("cnb build refuses a --workspace path that is %s", async ([, options, message]) => {
  await expect(ours(options)).rejects.toMatchObject({ code: "ARGUMENT_INVALID", message });
});
