// @needs root
import { expect, test } from "vitest";
import type { KubernetesObject } from "../../support/cluster/cluster.ts";
import { pathsIn, readImage } from "../../support/cluster/read-image.ts";
import { restrictedNamespace } from "../../support/cluster/shell-pod.ts";
import { cnbInCluster, dockerConfig, publishShopBuilder } from "../../support/cluster/shop.ts";
import { deleteRun, logOfStep, runTask } from "../../support/cluster/task-run.ts";
import { installTekton } from "../../support/cluster/tekton.ts";
import { useCluster } from "../../support/cluster/use-cluster.ts";

const cluster = useCluster(async (each) => {
  await installTekton(each);
  await publishShopBuilder(each);
  await each.apply(restrictedNamespace("shop"));
  const config = `--from-literal=config.json=${dockerConfig(each)}`;
  await each.succeeds(["create", "secret", "generic", "login", config, "--namespace=shop"]);
});

/** Applies the Task that cnb emit tekton prints, and runs it. */
async function emitAndRun(
  name: string,
  files: Readonly<Record<string, string>>,
  params: readonly object[] = [],
): Promise<KubernetesObject> {
  const { login, open } = cluster().registries;
  const images = ["--image", `${login}/${name}:1`, "--builder", `${open}/builder:1`, "--run-image", `${login}/run:1`];
  const insecure = ["--insecure-registry", login, "--insecure-registry", open];
  const task = await cnbInCluster(cluster(), ["emit", "tekton", ...images, ...insecure]);
  await cluster().apply(task.stdout, "shop");
  const workspaces = [{ name: "dockerconfig", secret: { secretName: "login" } }];
  const source = { "app.txt": "app\n", ...files };
  return runTask(cluster(), { name, namespace: "shop", task: `build-${name}`, files: source, params, workspaces });
}

const logOf = (run: KubernetesObject): Promise<string> => logOfStep(cluster(), run, "build");

async function digestOf(name: string): Promise<string> {
  const { login } = cluster().registries;
  const args = ["image", "digest", `${login}/${name}`, "--insecure-registry", login];
  return (await cnbInCluster(cluster(), args)).stdout.trim();
}

test("the Task that cnb emit tekton prints builds an app in a namespace that enforces restricted, and returns name and digest", async () => {
  const run = await emitAndRun("shop", {}, [{ name: "env", value: ["GREETING=hello"] }]);
  const log = await logOf(run);
  expect(run.status.conditions).toMatchObject([{ type: "Succeeded", status: "True", reason: "Succeeded" }]);
  expect(log).toContain("user: 1000\n");
  expect(log).toContain("greeting: hello\n");
  expect(run.status.results).toMatchObject([
    { name: "IMAGE_DIGEST", value: await digestOf("shop:1") },
    { name: "IMAGE_URL", value: `${cluster().registries.login}/shop:1` },
  ]);
  await digestOf("shop:cache");
}, 400_000);

test("the image that the Task builds does not contain the login of the registry", async () => {
  const { login } = cluster().registries;
  const paths = await pathsIn(await readImage(cluster(), `${login}/shop:1`, ["--insecure-registry", login]));
  expect(paths).toContainEqual(expect.stringMatching(/workspace\/app\.txt$/));
  expect(paths.filter((path) => /config\.json|dockerconfig/.test(path))).toEqual([]);
});

test("the second run of the Task restores the cache image", async () => {
  const { login } = cluster().registries;
  await deleteRun(cluster(), { name: "shop", namespace: "shop" });
  const run = await emitAndRun("shop", {}, [{ name: "env", value: ["GREETING=hello"] }]);
  const log = await logOf(run);
  expect(log).toContain('Restoring data for "test/shop:server" from cache');
  expect(log).toContain(`Reusing cache layer 'test/shop:server'`);
  expect(run.status.results).toMatchObject([
    { name: "IMAGE_DIGEST", value: await digestOf("shop:1") },
    { name: "IMAGE_URL", value: `${login}/shop:1` },
  ]);
}, 400_000);

test("the TaskRun of a failing build names the step and the exit code, and its log contains the reason", async () => {
  const run = await emitAndRun("broken", { broken: "" });
  const log = await logOf(run);
  expect(run.status.conditions[0]).toMatchObject({ type: "Succeeded", status: "False", reason: "Failed" });
  expect(run.status.conditions[0].message).toContain('"step-build" exited with code');
  expect(run.status.results ?? []).toEqual([]);
  expect(log).toContain("the app is broken\n");
}, 400_000);

test("the webhook of Tekton refuses the Task that cnb emit tekton prints if a script names a parameter that does not exist", async () => {
  const { open } = cluster().registries;
  const images = ["--image", `${open}/wrong:1`, "--builder", `${open}/builder:1`, "--insecure-registry", open];
  const { stdout } = await cnbInCluster(cluster(), ["emit", "tekton", ...images]);
  const wrong = stdout.replace("$(params.run-image)", "$(params.unknown)");
  await expect(cluster().apply(wrong, "shop")).rejects.toThrow('non-existent variable in "$(params.unknown)"');
});
