// @needs go
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readTar } from "../../../builder-packager/src/tar/read.ts";
import { cnb, cnbSucceeds } from "../../support/cnb.ts";
import { lifecycleArchive } from "../../support/lifecycle/lifecycle-archive.ts";

let dir: string;
let archive: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "lifecycle-image-"));
  archive = await lifecycleArchive();
}, 600_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

const create = (name: string, ...flags: readonly string[]) =>
  cnbSucceeds(["lifecycle", "create", `oci:${dir}/${name}`, "--lifecycle", archive, ...flags]);

const imageAt = async (name: string) => oci.imageFor(await oci.read({ kind: "oci", dir: join(dir, name) }));

const apis = {
  buildpack: { deprecated: [], supported: ["0.7", "0.8", "0.9", "0.10", "0.11", "0.12"] },
  platform: { deprecated: [], supported: ["0.7", "0.8", "0.9", "0.10", "0.11", "0.12", "0.13", "0.14", "0.15"] },
};

test("a lifecycle image has the configuration and the labels that kpack and pack read", async () => {
  await create("image", "--label", "team=platform", "--env", "DOCKER_API_VERSION=1.41");
  const { config } = await imageAt("image");
  const { Labels, ...rest } = config.config ?? {};
  expect(rest).toEqual({ Env: ["PATH=/cnb/lifecycle", "DOCKER_API_VERSION=1.41"], WorkingDir: "/layers" });
  const {
    "io.buildpacks.builder.metadata": metadata = "",
    "io.buildpacks.lifecycle.apis": listed = "",
    ...others
  } = Labels ?? {};
  expect(others).toEqual({ "io.buildpacks.lifecycle.version": "0.21.0", team: "platform" });
  expect(JSON.parse(listed)).toEqual(apis);
  expect(JSON.parse(metadata)).toEqual({
    lifecycle: { version: "0.21.0", api: { buildpack: "0.7", platform: "0.7" }, apis },
  });
});

/** The files of each layer with their modes, and directories and links with their types. */
async function contents(name: string): Promise<readonly (readonly string[])[]> {
  const { layers } = await imageAt(name);
  return Promise.all(
    layers.map(async (layer) => {
      const entries = await readTar(layer.uncompressed());
      return entries.map(({ type, path, mode, uid, gid }) => `${type} ${path} ${mode.toString(8)} ${uid}:${gid}`);
    }),
  );
}

const programs = "analyzer builder creator detector exporter extender launcher lifecycle rebaser restorer".split(" ");

test("the last layer of a lifecycle image contains only the lifecycle, because kpack uses this layer", async () => {
  const [system, lifecycle] = await contents("image");
  expect(system).toEqual([
    "directory /etc 755 0:0",
    "file /etc/group 644 0:0",
    "file /etc/passwd 644 0:0",
    "directory /etc/ssl 755 0:0",
    "directory /etc/ssl/certs 755 0:0",
    "file /etc/ssl/certs/ca-certificates.crt 644 0:0",
    "directory /layers 755 0:0",
    "directory /root 700 0:0",
    "directory /tmp 1777 0:0",
    "directory /workspace 755 0:0",
  ]);
  expect(lifecycle?.filter((line) => !line.includes(".sbom."))).toEqual([
    "directory /cnb/lifecycle 755 0:0",
    ...programs.map((name) =>
      expect.stringMatching(new RegExp(`^(file /cnb/lifecycle/${name} 755|symlink /cnb/lifecycle/${name} 777) 0:0$`)),
    ),
    "symlink /lifecycle 644 0:0",
    "file /cnb/lifecycle.toml 644 0:0",
  ]);
});

test("a lifecycle that cnb compiled has the SBOMs of its two programs in each format", async () => {
  const [, lifecycle] = (await imageAt("image")).layers;
  const entries = lifecycle ? await readTar(lifecycle.uncompressed()) : [];
  const sboms = entries.flatMap((entry) => (entry.type === "file" && entry.path.includes(".sbom.") ? [entry] : []));
  expect(sboms.map(({ path, mode }) => [path.replace("/cnb/lifecycle/", ""), mode])).toEqual(
    ["launcher", "lifecycle"].flatMap((program) =>
      ["cdx", "spdx", "syft"].map((format) => [`${program}.sbom.${format}.json`, 0o644]),
    ),
  );
  const launcher = sboms.find(({ path }) => path.endsWith("/launcher.sbom.cdx.json"));
  const { components } = JSON.parse(Buffer.from(launcher?.content as Uint8Array).toString("utf8"));
  expect(components.map(({ name }: { name: string }) => name)).toEqual([
    "github.com/BurntSushi/toml",
    "github.com/apex/log",
    "github.com/buildpacks/lifecycle",
    "github.com/google/go-cmp",
    "github.com/heroku/color",
    "github.com/mattn/go-colorable",
    "github.com/mattn/go-isatty",
    "github.com/pkg/errors",
    "golang.org/x/sys",
    "stdlib",
  ]);
});

test("equal inputs give identical lifecycle images, with one image for each platform", async () => {
  const { stdout } = await create("again", "--label", "team=platform", "--env", "DOCKER_API_VERSION=1.41");
  const first = await oci.read({ kind: "oci", dir: join(dir, "image") });
  expect(stdout.trim().split("@").at(-1)).toBe(oci.serialize(oci.imageFor(first)).manifestDigest);
});

test("creating a lifecycle image for a platform without a lifecycle is refused", async () => {
  const { exitCode, stderr } = await cnb(["lifecycle", "create", `oci:${dir}/none`, "--target", "linux/mips"]);
  expect([exitCode, stderr]).toEqual([
    3,
    `ERROR: there is no lifecycle for linux/mips
HINT: Use --target with one of linux/amd64, linux/arm64, linux/ppc64le, linux/s390x.
CODE: ARGUMENT_INVALID
`,
  ]);
});
