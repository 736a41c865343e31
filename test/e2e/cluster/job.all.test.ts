// @needs curl, root
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { KubernetesObject } from "../../support/cluster/cluster.ts";
import { publishJobImage } from "../../support/cluster/job-image.ts";
import { restrictedContext, restrictedNamespace } from "../../support/cluster/shell-pod.ts";
import { cnbInCluster, prepareNamespace, publishShopBuilder } from "../../support/cluster/shop.ts";
import { useCluster } from "../../support/cluster/use-cluster.ts";

const cluster = useCluster(async (each) => {
  await publishJobImage(each);
  await publishShopBuilder(each);
  await each.apply(restrictedNamespace("shop"));
  await prepareNamespace(each, "shop", "shop");
});

/** The project descriptor of the app, with a variable for the buildpack. */
const project = `[_]\nschema-version = "0.2"\n[[io.buildpacks.build.env]]\nname = "GREETING"\nvalue = "hello"\n`;

/** Prints the Job that builds a repository of the cluster. */
async function emittedJob(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const { https } = await cluster().commit(name, { "project.toml": project, "app.txt": "app\n", ...files });
  const { secure, open } = cluster().registries;
  const images = ["--image", `${secure}/${name}:1`, "--builder", `${secure}/builder:1`, "--job-image", `${open}/job:1`];
  const source = ["--git", https, "--namespace", "shop", "--name", "shop", "--insecure-registry", open];
  const { ca } = cluster().node.certificates;
  return (await cnbInCluster(cluster(), ["emit", "kubernetes", ...images, ...source, "--ca-cert", ca])).stdout;
}

/** Applies a Job, and returns it at its end. */
async function run(manifest: string, condition: "Complete" | "Failed"): Promise<KubernetesObject> {
  await cluster().apply(manifest, "shop");
  return cluster().waitFor(
    `jobs/${parse(manifest).metadata.name}`,
    "shop",
    ({ status }) => {
      const ended = status?.conditions?.find(
        (each: KubernetesObject) => ["Complete", "Failed"].includes(each.type) && each.status === "True",
      );
      return ended && (ended.type === condition || `the Job ended as ${ended.type}: ${ended.message}`);
    },
    300_000,
  );
}

const logsOf = ({ metadata }: KubernetesObject, container = "build"): Promise<string> =>
  cluster().succeeds([
    "logs",
    `--selector=job-name=${metadata.name}`,
    "--namespace=shop",
    `--container=${container}`,
    "--tail=-1",
  ]);

const digestOf = async (name: string): Promise<string> => {
  const { ca } = cluster().node.certificates;
  const image = `${cluster().registries.secure}/${name}`;
  return (await cnbInCluster(cluster(), ["image", "digest", image, "--ca-cert", ca])).stdout.trim();
};

test("the Job that cnb emit kubernetes prints builds and publishes an app from Git in a namespace that enforces restricted", async () => {
  const job = await run(await emittedJob("shop", {}), "Complete");
  const log = await logsOf(job);
  expect(log).toContain("user: 1000\n");
  expect(log).toContain("greeting: hello\n");
  const commit = (await cluster().node.enter("git", ["-C", `${cluster().node.dir}/git/shop`, "rev-parse", "HEAD"]))
    .stdout;
  const digest = await digestOf("shop:1");
  expect(log).toContain(digest);
  expect(await digestOf(`shop:${commit.trim()}`)).toBe(digest);
});

/** A pod of the app by the Pod Security Standard `restricted`, with a read-only root file system and probes. */
const appPod = (name: string, image: string): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name },
    spec: {
      terminationGracePeriodSeconds: 60,
      imagePullSecrets: [{ name: "shop-registry" }],
      containers: [
        {
          name: "web",
          image,
          securityContext: { ...restrictedContext, readOnlyRootFilesystem: true },
          ports: [{ containerPort: 8080 }],
          startupProbe: { httpGet: { path: "/app.txt", port: 8080 }, periodSeconds: 1, failureThreshold: 60 },
          readinessProbe: { httpGet: { path: "/app.txt", port: 8080 }, periodSeconds: 1 },
          livenessProbe: { httpGet: { path: "/app.txt", port: 8080 }, periodSeconds: 1 },
        },
      ],
    },
  });

const isReady = ({ status }: KubernetesObject): boolean =>
  status.conditions?.some((each: KubernetesObject) => each.type === "Ready" && each.status === "True");

test("the image of the Job serves the app with a read-only root file system, and ends on SIGTERM within the grace period", async () => {
  await cluster().apply(appPod("web", `${cluster().registries.secure}/shop:1`), "shop");
  const pod = await cluster().waitFor("pods/web", "shop", isReady);
  const answer = await cluster().node.enter("curl", ["--silent", `http://${pod.status.podIP}:8080/app.txt`]);
  expect([answer.stdout, pod.status.containerStatuses[0].restartCount]).toEqual(["app\n", 0]);
  const log = await cluster().follow("web", "shop");
  const start = Date.now();
  await cluster().succeeds(["delete", "pod", "web", "--namespace=shop", "--wait"]);
  expect(Date.now() - start).toBeLessThan(30_000);
  expect(await log.whole).toBe("the server starts\nthe server ends\n");
}, 300_000);

test("the log of the Job names the memory limit as the likely reason if the kernel kills a buildpack", async () => {
  const manifest = (await emittedJob("hungry", { hungry: "" }))
    .replace("memory: 4Gi", "memory: 512Mi")
    .replace(
      "memory: 1Gi\n            limits:\n              memory: 512Mi",
      "memory: 512Mi\n            limits:\n              memory: 512Mi",
    );
  const job = await run(manifest, "Failed");
  const log = await logsOf(job);
  expect(log).toContain("The buildpack was killed, usually because memory ran out.");
}, 300_000);

test("the log of the Job contains the output of the buildpack if the build fails", async () => {
  const job = await run(await emittedJob("broken", { broken: "" }), "Failed");
  const log = await logsOf(job);
  expect(log).toContain("the app is broken\n");
  expect(log).toContain("exit code 12");
}, 300_000);

/** Copies the app to three names that a pattern finds, and returns the names. */
async function publishApps(repository: string): Promise<readonly string[]> {
  const names = ["a", "b", "c"].map((name) => `${repository}/${name}:latest`);
  for (const name of names) await copy("shop:1", name);
  return names;
}

/** Copies an image in the registry. */
async function copy(from: string, to: string): Promise<void> {
  const { open } = cluster().registries;
  await cnbInCluster(cluster(), ["copy", `${open}/${from}`, `${open}/${to}`, "--insecure-registry", open]);
}

/** Prints the Job that rebases the images of a repository in two parts. */
async function emittedRebase(repository: string): Promise<string> {
  const { open, secure } = cluster().registries;
  const filter = ["--filter", `${secure}/${repository}/*:latest`, "--shards", "2", "--job-image", `${open}/job:1`];
  const names = ["--namespace", "shop", "--name", "shop", "--insecure-registry", open];
  const args = ["emit", "kubernetes-rebase", ...filter, ...names];
  return (await cnbInCluster(cluster(), args)).stdout;
}

test("the indexed Job that cnb emit kubernetes-rebase prints moves all images of a pattern onto the new run image", async () => {
  const names = await publishApps("apps");
  const before = await digestOf("shop:1");
  await copy("run:2", "run:1");
  await run(await emittedRebase("apps"), "Complete");
  const after = await Promise.all(names.map(digestOf));
  expect(after).toEqual(names.map(() => after[0]));
  expect(after[0]).not.toBe(before);
  await cluster().apply(appPod("rebased", `${cluster().registries.secure}/apps/a@${after[0]}`), "shop");
  await cluster().waitFor("pods/rebased", "shop", isReady);
  const version = ["exec", "rebased", "--namespace=shop", "--", "/bin/cat", "/run-version"];
  expect(await cluster().succeeds(version)).toBe("2");
}, 600_000);

test("an image that cannot be rebased fails only its part of the indexed Job, and the logs of both pods of the part remain", async () => {
  const names = await publishApps("mixed");
  const before = await digestOf("shop:1");
  await copy("run:2", "run:1");
  await copy("run:2", "mixed/broken:latest");
  const job = await run(await emittedRebase("mixed"), "Failed");
  const { failedIndexes, completedIndexes, failed, succeeded } = job.status;
  expect([failedIndexes, completedIndexes].toSorted()).toEqual(["0", "1"]);
  expect({ failed, succeeded }).toEqual({ failed: 2, succeeded: 1 });
  const after = await Promise.all(names.map(digestOf));
  expect(after).toEqual(names.map(() => after[0]));
  expect(after[0]).not.toBe(before);
  const log = await logsOf(job, "rebase");
  const { secure } = cluster().registries;
  const lines = log.split("\n").filter((line) => line.startsWith(`failed ${secure}/mixed/broken:latest: `));
  expect(lines).toHaveLength(2);
}, 600_000);
