import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFiles } from "libcnb/testing";
import { makeWorld, nodeFromNpm, officialNodeFromNpm, sampleApp } from "../../e2e/reference/reference-world.ts";
import { dockerfileApp, succeeded } from "../../support/apps/dockerfile-app.ts";
import { cnbSucceeds, execute } from "../../support/cnb.ts";
import { nodeRecipe } from "../../support/node/dockerfile.ts";
import { type OfficialPack, officialPack } from "../../support/pack/official-pack.ts";
import { type Engine, startDocker, startRegistry } from "../../support/service.ts";
import { type Figure, fasterThan, plain, secondsOf } from "../figure.ts";

const rebuilds = 3;

/** One app, built and built again by cnb, by pack with a Docker daemon, and from a Dockerfile by buildah. */
export async function* buildTimes(): AsyncGenerator<Figure> {
  yield* withWorld(async function* ({ ours, pack, dir, app, baseRun }) {
    const dockerfile = await dockerfileApp(join(dir, "buildah"), app, baseRun, nodeRecipe);
    yield* figures(await timesOf(ours), await timesOf(pack), await timesOf(dockerfile.build));
  });
}

/** The unchanged app alone, by cnb and by pack. */
export async function* unchangedAgainstPack(): AsyncGenerator<Figure> {
  yield* withWorld(async function* ({ ours, pack }) {
    const [{ unchanged: value }, { unchanged: peerValue }] = [await timesOf(ours), await timesOf(pack)];
    yield fasterThan("unchanged build of the Node.js app", "s", { value, peer: "pack build", peerValue, times: 3.5 });
  });
}

interface World {
  readonly dir: string;
  readonly app: string;
  readonly baseRun: string;
  /** Build the app with the same builder, each with its own caches. */
  readonly ours: () => Promise<unknown>;
  readonly pack: () => Promise<unknown>;
}

async function* withWorld(measure: (world: World) => AsyncGenerator<Figure>): AsyncGenerator<Figure> {
  const dir = await mkdtemp(join(tmpdir(), "bench-build-"));
  const [registry, pack, docker] = await Promise.all([startRegistry(), officialPack(), startDocker()]);
  try {
    const { baseRun, builder } = await makeWorld(dir);
    const app = join(dir, "source");
    await cp(sampleApp, app, { recursive: true });
    await push(builder, `${registry.host}/builder:1`);
    await push(baseRun, `${registry.host}/run:1`);
    const ours = await cnbBuild(registry.host, dir, app);
    const theirs = await packBuild(registry.host, dir, app, { pack, docker });
    yield* measure({ dir, app, baseRun, ours, pack: theirs });
  } finally {
    await Promise.all([registry.stop(), pack.remove(), docker.stop()]);
    await rm(dir, { recursive: true, force: true });
  }
}

function* figures(ours: Times, pack: Times, buildah: Times): Generator<Figure> {
  const comparedToPack = { peer: "pack build", times: null };
  const comparedToBuildah = { peer: "buildah", times: null };
  yield fasterThan("build, cold", "s", { value: ours.cold, peerValue: pack.cold, ...comparedToPack });
  yield fasterThan("build, cold", "s", { value: ours.cold, peerValue: buildah.cold, ...comparedToBuildah });
  yield fasterThan("build, unchanged", "s", {
    value: ours.unchanged,
    peerValue: pack.unchanged,
    ...comparedToPack,
    times: 5,
  });
  yield fasterThan("build, unchanged", "s", {
    value: ours.unchanged,
    peerValue: buildah.unchanged,
    ...comparedToBuildah,
  });
  yield plain("build, unchanged", ours.unchanged, "s", 1.5);
}

interface Times {
  readonly cold: number;
  /** The best of some: what else the machine does only ever adds to it. */
  readonly unchanged: number;
}

async function timesOf(build: () => Promise<unknown>): Promise<Times> {
  const cold = await secondsOf(build);
  const again: number[] = [];
  for (let turn = 0; turn < rebuilds; turn++) again.push(await secondsOf(build));
  return { cold, unchanged: Math.min(...again) };
}

/** With caches of its own: the builder is pulled and unpacked, as pack's daemon pulls it. */
async function cnbBuild(host: string, dir: string, app: string): Promise<() => Promise<unknown>> {
  const from = ["--path", app, "--builder", `${host}/builder:1`, "--run-image", `${host}/run:1`];
  const env = { ...process.env, LIBCNB_CACHE_DIR: join(dir, "cache") };
  const args = ["build", `${host}/ours:1`, ...from, ...(await nodeFromNpm())];
  return () => cnbSucceeds(args, { env });
}

interface Peer {
  readonly pack: OfficialPack;
  readonly docker: Engine;
}

async function packBuild(
  host: string,
  dir: string,
  app: string,
  { pack, docker }: Peer,
): Promise<() => Promise<unknown>> {
  const { platformEnv, authority } = await officialNodeFromNpm();
  const trust = authority && {
    SSL_CERT_FILE: "/platform/authority.crt",
    NODE_EXTRA_CA_CERTS: "/platform/authority.crt",
  };
  const env = Object.entries({ ...platformEnv, ...trust }).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
  if (authority) await writeFiles(dir, { "authority.crt": await readFile(authority, "utf8") });
  const volume = authority ? ["--volume", `${dir}/authority.crt:/platform/authority.crt:ro`] : [];
  const how = ["--trust-builder", "--publish", "--network", "host", "--docker-host", "inherit"];
  const from = ["--path", app, "--builder", `${host}/builder:1`, "--run-image", `${host}/run:1`];
  const args = ["build", `${host}/packed:1`, ...from, ...how, ...env, ...volume];
  return () => pack.succeeds(args, { DOCKER_HOST: docker.host });
}

async function push(from: string, to: string): Promise<void> {
  succeeded(await execute("skopeo", ["copy", "--insecure-policy", "--dest-tls-verify=false", from, `docker://${to}`]));
}
