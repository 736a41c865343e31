// @needs root
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Image, Layer } from "@libcnb/packager/oci";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { readTar } from "../../../builder-packager/src/tar/read.ts";
import type { GitUrls, KubernetesObject } from "../../support/cluster/cluster.ts";
import { installKpack } from "../../support/cluster/kpack.ts";
import { builderToml, publishBases, publishBuildpack, publishLifecycle } from "../../support/cluster/kpack-images.ts";
import { readImage } from "../../support/cluster/read-image.ts";
import { restrictedNamespace } from "../../support/cluster/shell-pod.ts";
import { cnbInCluster, prepareNamespace } from "../../support/cluster/shop.ts";
import { useCluster } from "../../support/cluster/use-cluster.ts";

let repository: GitUrls;
const cluster = useCluster(async (each) => {
  repository = await each.commit("shop", source);
  await installKpack(each);
  await publishBases(each);
  await publishLifecycle(each);
  for (const number of ["1", "2"]) await publishBuildpack(each, number);
  await each.apply(restrictedNamespace("shop"));
  await prepareNamespace(each, "shop", "shop");
  await createBuilder("1");
  await createBuilder("2");
});

const project = `[_]\nschema-version = "0.2"\n[[io.buildpacks.build.env]]\nname = "GREETING"\nvalue = "hello"\n`;
const source = { "project.toml": project, "app.txt": "app\n" };

const registryFlags = (): readonly string[] => ["--insecure-registry", cluster().registries.login];

/** Writes a builder.toml, and returns its path. */
async function configuration(buildpack: string, run: string): Promise<string> {
  const { login } = cluster().registries;
  const path = join(cluster().node.dir, `builder-${buildpack}-${run}.toml`);
  await writeFile(path, builderToml(login, `${login}/buildpack:${buildpack}`, run));
  return path;
}

/** Creates `builder:NUMBER` with the buildpack of this number. */
async function createBuilder(number: string): Promise<void> {
  const image = `${cluster().registries.login}/builder:${number}`;
  const config = ["--config", await configuration(number, "1")];
  await cnbInCluster(cluster(), [
    "builder",
    "create",
    image,
    ...config,
    "--lifecycle",
    `docker://${cluster().registries.login}/lifecycle:1`,
    ...registryFlags(),
  ]);
}

/** Prints the manifest for a buildpack and a run image. */
async function emitted({ buildpack = "1", run = "1" } = {}): Promise<string> {
  const { login } = cluster().registries;
  const images = ["--image", `${login}/shop:1`, "--builder", `${login}/builder:${buildpack}`];
  const kpack = ["--config", await configuration(buildpack, run), "--lifecycle-image", `${login}/lifecycle:1`];
  const git = ["--git", repository.http, "--namespace", "shop"];
  return (await cnbInCluster(cluster(), ["emit", "kpack", ...images, ...kpack, ...git, ...registryFlags()])).stdout;
}

/** Applies a manifest, and returns the Image after its build of a number. */
async function build(number: number, manifest: string): Promise<KubernetesObject> {
  await cluster().apply(manifest);
  return builtImage(number);
}

function builtImage(number: number): Promise<KubernetesObject> {
  return cluster().waitFor(
    "images.kpack.io/shop",
    "shop",
    ({ status }) => {
      const ready = status?.conditions?.find((each: KubernetesObject) => each.type === "Ready");
      if (ready?.status === "False" && status.buildCounter >= number) return `the build failed: ${ready.message}`;
      return ready?.status === "True" && status.buildCounter === number;
    },
    300_000,
  );
}

const buildOf = async (number: number): Promise<KubernetesObject> =>
  JSON.parse(
    await cluster().succeeds(["get", `builds.kpack.io/shop-build-${number}`, "--namespace=shop", "--output=json"]),
  );

test("kpack builds an app with the builder, the lifecycle image and the base images of cnb", async () => {
  const image = await build(1, await emitted());
  expect(image.status.latestImage).toMatch(/\/shop@sha256:/);
  for (const kind of ["clusterlifecycle", "clusterstore", "clusterstack", "clusterbuilder"]) {
    const object = JSON.parse(await cluster().succeeds(["get", kind, "shop", "--output=json"]));
    const ready = object.status.conditions.find((each: KubernetesObject) => each.type === "Ready");
    expect([kind, ready.status]).toEqual([kind, "True"]);
  }
}, 600_000);

const readyOf = ({ status }: KubernetesObject): boolean =>
  status?.conditions?.some((each: KubernetesObject) => each.type === "Ready" && each.status === "True");

const imageOf = (name: string): Promise<Image> =>
  readImage(cluster(), `${cluster().registries.login}/${name}`, registryFlags());

const diffIds = ({ layers }: Image): readonly string[] => layers.map(({ diffId }) => diffId);

/** The layers of a builder's app images in their order. */
const layerNames = ["run 1", "run 2", "server", "SBOM", "app", "launcher", "config", "process types"] as const;

test("kpack builds the layers that cnb build creates from the same source, except for directories of volumes, .git and the Platform API", async () => {
  const { login } = cluster().registries;
  const app = join(cluster().node.dir, "compared");
  await mkdir(app, { recursive: true });
  for (const [name, text] of Object.entries(source)) await writeFile(join(app, name), text);
  const images = ["--builder", `${login}/builder:1`, "--run-image", `${login}/base-run:1`];
  await cnbInCluster(cluster(), ["build", `${login}/compared:1`, "--path", app, ...images, ...registryFlags()]);
  const [kpack, cnb] = [await imageOf("shop:1"), await imageOf("compared:1")];
  const isEqual = layerNames.map((name, index) => [name, diffIds(kpack)[index] === diffIds(cnb)[index]]);
  expect(isEqual).toEqual([
    ["run 1", true],
    ["run 2", true],
    ["server", false],
    ["SBOM", false],
    ["app", false],
    ["launcher", true],
    ["config", false],
    ["process types", true],
  ]);
  // The layer contains its parent directory, which is a volume in kpack.
  const server = layerNames.indexOf("server");
  const [theirs, ours] = await Promise.all([kpack, cnb].map(({ layers }) => filesIn(layers[server])));
  expect(theirs).toEqual(ours);
  const environment = await Promise.all([kpack, cnb].map(({ config }) => config.config?.Env));
  expect(environment[0]?.map((each) => each.replace("API=0.9", "API=0.15"))).toEqual(environment[1]);
}, 400_000);

/** The files of a layer below /layers with their contents, without the bit setgid, which a volume may have. */
async function filesIn(layer: Layer | undefined) {
  const entries = layer === undefined ? [] : await readTar(layer.uncompressed());
  const below = entries.filter(({ path }) => path !== "/layers");
  return below.map((entry) => {
    const { type, path, uid, gid, mode } = entry;
    const content = entry.type === "file" ? String(entry.content) : "";
    return { type, path, uid, gid, mode: (mode & ~0o2000).toString(8), content };
  });
}

/** The output of the containers of a build. */
const logOf = (number: number, container: string): Promise<string> =>
  cluster().succeeds(["logs", `shop-build-${number}-build-pod`, "--namespace=shop", `--container=${container}`]);

test("kpack takes the buildpacks of a ClusterStore from buildpackage images, and reuses all layers except for the app if nothing changed", async () => {
  const { login } = cluster().registries;
  const before = await imageOf("shop:1");
  const manifest = parseAllDocuments(await emitted()).map((document) => document.toJS());
  const store = manifest.find(({ kind }) => kind === "ClusterStore");
  store.spec.sources = [{ image: `${login}/buildpack:1` }];
  await cluster().apply(JSON.stringify(store));
  const usesBuildpackage = ({ metadata, status }: KubernetesObject): boolean =>
    status.observedGeneration === metadata.generation &&
    status.buildpacks.length === 1 &&
    status.buildpacks[0].storeImage.image === `${login}/buildpack:1`;
  await cluster().waitFor("clusterstore/shop", "default", (each) => readyOf(each) && usesBuildpackage(each));
  await cluster().waitFor("clusterbuilder/shop", "default", readyOf);
  const trigger = "image.kpack.io/additionalBuildNeeded=now";
  await cluster().succeeds(["annotate", "builds.kpack.io/shop-build-1", trigger, "--namespace=shop"]);
  await builtImage(2);
  const { metadata } = await buildOf(2);
  expect(metadata.annotations["image.kpack.io/reason"]).toBe("TRIGGER");
  expect(await logOf(2, "restore")).toContain('Restoring data for "test/shop:server" from cache');
  const log = await logOf(2, "export");
  expect(log).toContain("Reusing layer 'test/shop:server'");
  // The app contains .git, whose index has the times of the files.
  const after = diffIds(await imageOf("shop:1"));
  const changed = layerNames.filter((_, index) => after[index] !== diffIds(before)[index]);
  expect(changed).toEqual(["app"]);
}, 600_000);

test("kpack builds the app again if the builder has a newer buildpack", async () => {
  await build(3, await emitted({ buildpack: "2" }));
  const { metadata } = await buildOf(3);
  expect(metadata.annotations["image.kpack.io/reason"]).toBe("BUILDPACK");
}, 600_000);

test("kpack rebases the app if the manifest has another run image", async () => {
  await build(4, await emitted({ buildpack: "2", run: "2" }));
  const { metadata, status } = await buildOf(4);
  expect(metadata.annotations["image.kpack.io/reason"]).toBe("STACK");
  expect(status.stepsCompleted).toEqual(["rebase", "completion"]);
}, 600_000);
