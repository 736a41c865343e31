// @needs root
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { KubernetesObject } from "../../support/cluster/cluster.ts";
import { publishJobImage } from "../../support/cluster/job-image.ts";
import { builderToml, publishBases, publishBuildpack, publishLifecycle } from "../../support/cluster/kpack-images.ts";
import { restrictedNamespace } from "../../support/cluster/shell-pod.ts";
import { cnbInCluster, prepareNamespace } from "../../support/cluster/shop.ts";
import { useCluster } from "../../support/cluster/use-cluster.ts";

const cluster = useCluster(async (each) => {
  await publishJobImage(each);
  await publishBases(each);
  await publishBuildpack(each, "1");
  await publishLifecycle(each);
  await each.apply(restrictedNamespace("shop"));
  await prepareNamespace(each, "shop", "shop");
});

test("the Job of cnb emit kubernetes builds with the cnb in a builder that cnb builder create --with-cnb created", async () => {
  const { secure, open } = cluster().registries;
  const { dir, certificates } = cluster().node;
  const ca = ["--ca-cert", certificates.ca];
  const builder = `${secure}/builder:1`;
  await writeFile(join(dir, "builder.toml"), builderToml(secure));
  const config = ["--config", join(dir, "builder.toml"), "--lifecycle", `docker://${secure}/lifecycle:1`];
  await cnbInCluster(cluster(), ["builder", "create", builder, "--with-cnb", ...config, ...ca]);
  const { https } = await cluster().commit("shop", { "app.txt": "app\n" });
  const images = ["--image", `${secure}/shop:1`, "--builder", builder, "--job-image", `${open}/job:1`];
  const source = ["--git", https, "--namespace", "shop", "--name", "shop", "--insecure-registry", open];
  const { stdout } = await cnbInCluster(cluster(), ["emit", "kubernetes", ...images, ...source, ...ca]);
  const { metadata, spec } = parse(stdout);
  const initContainers = spec.template.spec.initContainers.map(({ name }: { name: string }) => name);
  await cluster().apply(stdout);
  const isComplete = ({ status }: KubernetesObject): boolean | string => {
    const ended = status?.conditions?.find((each: KubernetesObject) => /^(Complete|Failed)$/.test(each.type));
    return ended !== undefined && (ended.type === "Complete" || ended.message);
  };
  await cluster().waitFor(`jobs/${metadata.name}`, "shop", isComplete, 200_000);
  const logs = ["logs", `--selector=job-name=${metadata.name}`, "--namespace=shop", "--container=build", "--tail=-1"];
  const log = await cluster().succeeds(logs);
  const digest = (await cnbInCluster(cluster(), ["image", "digest", `${secure}/shop:1`, ...ca])).stdout;
  expect([initContainers, log.endsWith(digest)]).toEqual([["source"], true]);
});
