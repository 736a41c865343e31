// @needs bwrap, docker, dockerd, root
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packaged } from "../../support/both-engines/detects.ts";
import { engineBuildpacks } from "../../support/both-engines/engine-builder.ts";
import { pushShellBase } from "../../support/images/docker-bases.ts";
import { lifecycleArchive } from "../../support/lifecycle/lifecycle-archive.ts";
import { officialLifecycle } from "../../support/lifecycle/official-lifecycle.ts";
import { packFacts } from "../../support/pack/pack-facts.ts";
import { type Files, type PackWorld, packWorld } from "../../support/pack/pack-world.ts";
import { type Engine, startDocker } from "../../support/service.ts";

/** A builder whose base image has a shell, but no C library: Node.js could not start there. */
let world: PackWorld;
let docker: Engine;
const image = (name: string) => `${world.host}/${name}`;

/** Stands for the buildpack that installs Node.js. */
const runtime: Files = {
  "buildpack.toml": `api = "0.10"\n[buildpack]\nid = "test/runtime"\nversion = "1.0.0"\n`,
  "bin/detect": `#!/bin/sh\nprintf '[[provides]]\\nname = "node"\\n' >"$CNB_BUILD_PLAN_PATH"\n`,
  "bin/build": "#!/bin/sh\n",
};

const around = (members: readonly string[]) =>
  ["libcnb/ca-certificates?", ...members, "libcnb/environment-variables?", "libcnb/image-labels?"].map((member) => {
    const id = member.replace("?", "");
    const version = id.startsWith("test/") ? "1.0.0" : "0.1.0";
    return `{ id = "${id}", version = "${version}", optional = ${member.endsWith("?")} }`;
  });

const groups = [
  ["test/runtime", "libcnb/node-start"],
  ["test/runtime", "libcnb/static-web", "libcnb/procfile?"],
];

beforeAll(async () => {
  [world, docker] = await Promise.all([packWorld(), startDocker()]);
  await pushShellBase(world);
  await world.write("runtime", runtime);
  const uris = ["runtime", await packaged(world.dir, { names: engineBuildpacks, runtime: "small" })];
  const orders = [...groups, ["libcnb/procfile"]].map((group) => `[[order]]\ngroup = [${around(group).join(", ")}]`);
  const base = image("base/docker:1");
  const lines = [
    ...uris.map((uri) => `[[buildpacks]]\nuri = "${uri}"`),
    ...orders,
    `[build]\nimage = "${base}"\n[[run.images]]\nimage = "${base}"`,
    `[lifecycle]\nuri = "${await lifecycleArchive()}"`,
  ];
  await world.write(".", { "builder.toml": lines.join("\n") });
  await world.cnb(["builder", "create", image("builder:1"), "--config", join(world.dir, "builder.toml"), "--publish"]);
}, 900_000);
afterAll(async () => {
  await docker?.stop();
  await world?.remove();
});

const variables = { BPE_GREETING: "hello", BPE_DEFAULT_TZ: "UTC", BP_OCI_TITLE: "Shop", BP_IMAGE_LABELS: "team=shop" };

const apps: readonly (readonly [string, Files, string])[] = [
  ["procfile", { Procfile: "web: cat data.txt\nworker: env\n", "data.txt": "data\n" }, "web worker"],
  ["site", { "public/index.html": "<h1>home</h1>", Procfile: "worker: env\n" }, "web worker"],
  ["node", { "package.json": `{"scripts":{"start":"node server.js"}}`, "server.js": "1\n" }, "web"],
];

/** What is expected of each image: the test is of no use if both are empty. */
function expectProcesses(facts: Awaited<ReturnType<typeof packFacts>>, types: string): void {
  const { processes } = JSON.parse(facts.labels["io.buildpacks.build.metadata"]);
  const found = processes.map(({ type }: { readonly type: string }) => type).sort();
  expect([found.join(" "), facts.labels["org.opencontainers.image.title"], facts.labels.team]).toEqual([
    types,
    "Shop",
    "shop",
  ]);
}

async function builtByCnb(name: string): Promise<Awaited<ReturnType<typeof packFacts>>> {
  const flags = Object.entries(variables).flatMap(([variable, value]) => ["--env", `${variable}=${value}`]);
  await world.cnb([
    "build",
    image(`${name}:cnb`),
    "--path",
    join(world.dir, name),
    "--builder",
    image("builder:1"),
    ...flags,
  ]);
  return packFacts(image(`${name}:cnb`));
}

/** The one that cnb build and pack use. */
const platformApi = { CNB_PLATFORM_API: "0.15" };

describe("a builder without Node.js", () => {
  test.for(apps)("builds the same image of the %s app with pack as with cnb", async ([name, files, types]) => {
    await world.write(name, files);
    const flags = Object.entries(variables).flatMap(([variable, value]) => ["--env", `${variable}=${value}`]);
    const how = ["--trust-builder", "--publish", "--network", "host", "--docker-host", "inherit"];
    await world.pack.succeeds(
      [
        "build",
        image(`${name}:pack`),
        "--path",
        join(world.dir, name),
        "--builder",
        image("builder:1"),
        ...how,
        ...flags,
      ],
      { DOCKER_HOST: docker.host },
    );
    const pack = await packFacts(image(`${name}:pack`));
    expectProcesses(pack, types);
    expect(await builtByCnb(name)).toEqual(pack);
  });

  test.for(apps)("builds the same image of the %s app with the official lifecycle as with cnb", async (app) => {
    const [name, files, types] = app;
    await world.write(name, files);
    const lifecycle = await officialLifecycle(image("builder:1"), { platformEnv: variables, authority: undefined });
    try {
      await lifecycle.useApp(join(world.dir, name));
      const flags = ["-app", "/workspace", "-layers", "/layers", "-platform", "/platform", "-cache-dir", "/mnt"];
      const run = ["-run-image", image("base/docker:1"), image(`${name}:official`)];
      const { exitCode, stdout, stderr } = await lifecycle.run("creator", [...flags, ...run], platformApi);
      expect({ exitCode, log: exitCode === 0 ? "" : stdout + stderr }).toEqual({ exitCode: 0, log: "" });
    } finally {
      await lifecycle.remove();
    }
    const [official, ours] = [await packFacts(image(`${name}:official`)), await builtByCnb(name)];
    expectProcesses(official, types);
    expect([ours.layers, ours.container, ours.app]).toEqual([official.layers, official.container, official.app]);
  });
});
