// @needs busybox, namespaces
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { createLayer, type Image, openBlobStore } from "@libcnb/packager/oci";
import { cnbCommand, type Outcome, pinnedNode } from "../cnb.ts";
import { enginePath, hostFiles, librariesOf } from "../images/docker-bases.ts";
import { releasedLifecycle } from "../lifecycle/released-lifecycle.ts";
import { file, link } from "../tiny/images.ts";
import { shellBuilder } from "../tiny/shell-builder.ts";
import { shellImage } from "../tiny/shell-image.ts";
import { shellScript } from "../tiny/world.ts";
import type { Cluster } from "./cluster.ts";
import { registryLogin } from "./files.ts";

/**
 * The buildpack of the shop: an HTTP server that starts after a second and ends on SIGTERM. A file
 * `hungry` in the app makes the build use 2 GB of memory, and a file `broken` makes it fail.
 */
export const shopBuildpack = shellScript(
  "test/shop",
  `echo "user: $(id -u)"
echo "greeting: $GREETING"
if [ -e /workspace/broken ]; then echo "the app is broken" >&2; exit 12; fi
if [ -e /workspace/hungry ]; then head -c 2000000000 /dev/zero | tail -n 1 >/dev/null; fi
mkdir -p server
cat >server.toml <<'TOML'
[types]
launch = true
cache = true
TOML
cat >server/start <<'SCRIPT'
#!/bin/sh
sleep 1
httpd -f -p 8080 -h /workspace &
trap 'kill $!; echo "the server ends"; exit 0' TERM
echo "the server starts"
wait
SCRIPT
chmod 755 server/start
cat >launch.toml <<TOML
[[processes]]
type = "web"
command = ["$CNB_LAYERS_DIR/server/start"]
default = true
TOML`,
);

/** Publishes the builder `builder:1` of the shop, and the run images `run:1` and `run:2`, which differ in the file /run-version. */
export async function publishShopBuilder(cluster: Cluster): Promise<void> {
  const { dir } = cluster.node;
  for (const version of ["1", "2"]) {
    const layer = await createLayer([file("/run-version", version)], await openBlobStore(join(dir, "blobs")));
    const run = oci.mutate.appendLayers(await shellImage(dir, { env: [`PATH=${enginePath}`] }), [{ layer }]);
    await publishImage(cluster, await withCommands(run, dir), `run:${version}`);
  }
  const builder = await shellBuilder({
    dir,
    buildpacks: [shopBuildpack],
    order: `[[order]]\n[[order.group]]\nid = "test/shop"\nversion = "1.0.0"\n`,
    runImage: `${cluster.registries.secure}/run:1`,
    lifecycle: await releasedLifecycle(),
    platformApis: ["0.15"],
  });
  await publishImage(cluster, await withNodeLibraries(await withCommands(builder, dir), dir), "builder:1");
}

/** Writes an image into the registry. */
export async function publishImage(cluster: Cluster, image: Image, name: string): Promise<void> {
  const layout = join(cluster.node.dir, "images", name.replace(":", "-"));
  await oci.write(image, { kind: "oci", dir: layout }, { name });
  await cluster.publish(layout, name);
}

/** The commands of busybox that the shop and the scripts of the manifests use, in addition to those of the shell image. */
export const shopCommands = ["chmod", "cp", "head", "httpd", "kill", "ls", "sed", "sleep", "tail"] as const;

/** Adds the commands that the shop and the scripts of the manifests use. */
async function withCommands(image: Image, dir: string): Promise<Image> {
  const entries = shopCommands.map((name) => link(`/bin/${name}`, "busybox"));
  return oci.mutate.appendLayers(image, [
    { layer: await createLayer(entries, await openBlobStore(join(dir, "blobs"))) },
  ]);
}

/** Adds the libraries of the Node.js with which the Job for Kubernetes runs cnb in the builder. */
async function withNodeLibraries(image: Image, dir: string): Promise<Image> {
  const entries = await hostFiles(await librariesOf(pinnedNode));
  return oci.mutate.appendLayers(image, [
    { layer: await createLayer(entries, await openBlobStore(join(dir, "blobs"))) },
  ]);
}

/** Runs `cnb` in the network of the cluster with the login of the registry, and fails if it fails. */
export async function cnbInCluster(cluster: Cluster, args: readonly string[]): Promise<Outcome> {
  const { node } = cluster;
  const config = join(node.dir, "login");
  await mkdir(config, { recursive: true });
  await writeFile(join(config, "config.json"), dockerConfig(cluster));
  const [program, ...words] = cnbCommand(args);
  const env = { ...process.env, DOCKER_CONFIG: config, LIBCNB_CACHE_DIR: join(node.dir, "cache") };
  const outcome = await node.enter(program, words, { env, cwd: node.dir });
  if (outcome.exitCode !== 0) throw new Error(`cnb ${args.join(" ")} exited ${outcome.exitCode}\n${outcome.stderr}`);
  return outcome;
}

/** Creates the login of the registry and its CA certificate, as the comments of the manifests ask for. */
export async function prepareNamespace(cluster: Cluster, namespace: string, name: string): Promise<void> {
  const login = { ".dockerconfigjson": dockerConfig(cluster) };
  const type = "kubernetes.io/dockerconfigjson";
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: `${name}-registry` }, type, stringData: login };
  await cluster.apply(JSON.stringify(secret), namespace);
  const file = `--from-file=ca.crt=${cluster.node.certificates.ca}`;
  await cluster.succeeds(["create", "configmap", `${name}-ca`, file, "-n", namespace]);
}

/** A config.json with the login of the registry. */
export function dockerConfig({ registries }: Cluster): string {
  const auth = Buffer.from(`${registryLogin.username}:${registryLogin.password}`).toString("base64");
  return JSON.stringify({ auths: { [registries.secure]: { auth }, [registries.login]: { auth } } });
}
