// @needs root
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse, parseAllDocuments, stringify } from "yaml";
import type { KubernetesObject } from "../../support/cluster/cluster.ts";
import { publishJobImage } from "../../support/cluster/job-image.ts";
import { builderToml, publishBases, publishBuildpack, publishLifecycle } from "../../support/cluster/kpack-images.ts";
import { pathsIn, readImage } from "../../support/cluster/read-image.ts";
import { restrictedNamespace } from "../../support/cluster/shell-pod.ts";
import { cnbInCluster, dockerConfig, prepareNamespace } from "../../support/cluster/shop.ts";
import { createVolume, deleteRun, hasEnded, logOfStep, runTask } from "../../support/cluster/task-run.ts";
import { installTekton } from "../../support/cluster/tekton.ts";
import { useCluster } from "../../support/cluster/use-cluster.ts";

const project = `[_]\nschema-version = "0.2"\n[[io.buildpacks.build.env]]\nname = "GREETING"\nvalue = "hello"\n`;

const cluster = useCluster(async (each) => {
  await installTekton(each);
  await publishJobImage(each);
  await publishBases(each);
  await publishBuildpack(each, "1");
  await publishLifecycle(each);
  await each.apply(restrictedNamespace("shop"));
  await each.apply(JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name: "rooted" } }));
  for (const namespace of ["shop", "rooted"]) {
    await prepareNamespace(each, namespace, "shop");
    const config = `--from-literal=config.json=${dockerConfig(each)}`;
    await each.succeeds(["create", "secret", "generic", "login", config, `--namespace=${namespace}`]);
  }
  const { secure, open } = each.registries;
  const certificate = ["--ca-cert", each.node.certificates.ca];
  const file = join(each.node.dir, "builder.toml");
  await writeFile(file, builderToml(secure));
  const options = ["--config", file, "--lifecycle", `docker://${secure}/lifecycle:1`, ...certificate];
  await cnbInCluster(each, ["builder", "create", `${secure}/builder:1`, "--with-cnb", ...options]);
  // The kubelet pulls the builder without a login here.
  const both = [`${secure}/builder:1`, `${open}/builder:1`, "--insecure-registry", open];
  await cnbInCluster(each, ["copy", ...both, ...certificate]);
});

const ca = (): readonly string[] => ["--ca-cert", cluster().node.certificates.ca];

/** The workspaces of a run in addition to its source. */
const workspaces = [
  { name: "dockerconfig", secret: { secretName: "login" } },
  { name: "ca", configMap: { name: "shop-ca" } },
];

/** The output of cnb emit tekton. */
async function emitted(name: string, args: readonly string[] = []): Promise<string> {
  const { secure, open } = cluster().registries;
  const images = ["--image", `${secure}/${name}:1`, "--builder", `${secure}/builder:1`];
  const { stdout } = await cnbInCluster(cluster(), ["emit", "tekton", ...images, ...args, ...ca()]);
  return stdout.replaceAll(`${secure}/builder:1`, `${open}/builder:1`);
}

const emittedTask = async (name: string): Promise<KubernetesObject> => parse(await emitted(name));

/** Applies a Task in a namespace, and runs it. */
async function run(
  task: KubernetesObject,
  { name, namespace = "shop", files = {} }: { name: string; namespace?: string; files?: Record<string, string> },
): Promise<KubernetesObject> {
  await cluster().apply(stringify(task), namespace);
  const source = { "app.txt": "app\n", "project.toml": project, ...files };
  return runTask(cluster(), { name, namespace, task: task.metadata.name, files: source, workspaces });
}

const logOf = (taskRun: KubernetesObject): Promise<string> => logOfStep(cluster(), taskRun, "build");

const digestOf = async (name: string): Promise<string> =>
  (await cnbInCluster(cluster(), ["image", "digest", `${cluster().registries.secure}/${name}`, ...ca()])).stdout.trim();

/** The results of a Task whose image has a digest. */
function resultsOf(name: string, digest: string): readonly object[] {
  const repository = `${cluster().registries.secure}/${name}`;
  return [
    { name: "IMAGE_URL", value: `${repository}:1` },
    { name: "IMAGE_DIGEST", value: digest },
    { name: "IMAGE_REFERENCE", value: `${repository}@${digest}` },
  ].toSorted((a, b) => a.name.localeCompare(b.name));
}

test("the Task of cnb emit tekton for a builder with cnb builds as the builder's user in a namespace that enforces restricted", async () => {
  const taskRun = await run(await emittedTask("shop"), { name: "shop" });
  const log = await logOf(taskRun);
  expect(taskRun.status.conditions, log).toMatchObject([{ type: "Succeeded", status: "True", reason: "Succeeded" }]);
  expect(log).toContain("user: 1000\n");
  expect(log).toContain("greeting: hello\n");
  expect(taskRun.status.results).toMatchObject(resultsOf("shop", await digestOf("shop:1")));
  await digestOf("shop:cache");
}, 400_000);

test("the image of the Task for a builder with cnb does not contain the login of the registry", async () => {
  const paths = await pathsIn(await readImage(cluster(), `${cluster().registries.secure}/shop:1`, ca()));
  expect(paths).toContainEqual(expect.stringMatching(/workspace\/app\.txt$/));
  expect(paths.filter((path) => /config\.json|dockerconfig|ca\.crt/.test(path))).toEqual([]);
});

test("the second run of the Task for a builder with cnb builds the same image with the cached layer", async () => {
  const digest = await digestOf("shop:1");
  await deleteRun(cluster(), { name: "shop", namespace: "shop" });
  const taskRun = await run(await emittedTask("shop"), { name: "shop" });
  const log = await logOf(taskRun);
  expect(log).toMatch(/test\/shop:server/);
  expect(taskRun.status.results).toMatchObject(resultsOf("shop", digest));
}, 400_000);

test("the TaskRun of a failing build with cnb names the step, and its log contains the reason and the exit code of the buildpack", async () => {
  const taskRun = await run(await emittedTask("broken"), { name: "broken", files: { broken: "" } });
  const log = await logOf(taskRun);
  expect(taskRun.status.conditions[0]).toMatchObject({ type: "Succeeded", status: "False", reason: "Failed" });
  expect(taskRun.status.conditions[0].message).toContain('"step-build" exited with code');
  expect(taskRun.status.results ?? []).toEqual([]);
  expect(log).toContain("the app is broken\n");
  expect(log).toContain("exit code 12");
}, 400_000);

test("the Task for a builder with cnb also builds as root if its security context and the namespace permit root", async () => {
  const task = await emittedTask("rooted");
  task.spec.steps[0].securityContext = { runAsUser: 0 };
  const taskRun = await run(task, { name: "rooted", namespace: "rooted" });
  const log = await logOf(taskRun);
  expect(taskRun.status.conditions, log).toMatchObject([{ type: "Succeeded", status: "True", reason: "Succeeded" }]);
  // As root, cnb runs the buildpacks as the builder's user.
  expect(log).toContain("user: 1000\n");
  expect(taskRun.status.results).toMatchObject(resultsOf("rooted", await digestOf("rooted:1")));
}, 400_000);

test("the Pipeline of cnb emit tekton fetches an app from Git, builds it, and returns the results that Tekton Chains reads", async () => {
  const { https } = await cluster().commit("piped", { "app.txt": "app\n", "project.toml": project });
  const { open } = cluster().registries;
  const job = ["--job-image", `${open}/job:1`, "--insecure-registry", open];
  const git = ["--git", https, ...job, "--name", "shop"];
  const manifest = await emitted("piped", git);
  const names = parseAllDocuments(manifest).map((document) => document.toJS().kind);
  expect(names).toEqual(["Task", "Task", "Pipeline", "PipelineRun"]);
  const run = parseAllDocuments(manifest)[3]?.toJS();
  await createVolume(cluster(), { name: "piped" });
  await cluster().apply(manifest, "shop");
  const { status } = await cluster().waitFor(`pipelineruns/${run.metadata.name}`, "shop", hasEnded, 300_000);
  expect(status.conditions).toMatchObject([{ type: "Succeeded", status: "True" }]);
  const head = await cluster().node.enter("git", ["-C", `${cluster().node.dir}/git/piped`, "rev-parse", "HEAD"]);
  const results: KubernetesObject[] = status.results;
  expect(results.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
    { name: "CHAINS-GIT_COMMIT", value: head.stdout.trim() },
    { name: "CHAINS-GIT_URL", value: https },
    ...resultsOf("piped", await digestOf("piped:1")),
  ]);
}, 400_000);
