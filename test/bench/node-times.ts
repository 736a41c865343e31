import { appendFile, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Image, parseImageReference, readImage } from "@libcnb/packager/oci";
import { makeWorld, nodeFromNpm, sampleApp } from "../e2e/reference-world.ts";
import { cnbSucceeds, execute, pinnedNode } from "../support/cnb.ts";
import { type DockerfileApp, dockerfileApp } from "../support/dockerfile-app.ts";
import { against, type Figure, plain, secondsOf } from "./figure.ts";

/** An app as a developer changes it, built by us and from a Dockerfile by buildah in turns. */
export async function* nodeTimes(): AsyncGenerator<Figure> {
  const dir = await mkdtemp(join(tmpdir(), "bench-node-"));
  try {
    await makeWorld(dir);
    const app = join(dir, "source");
    await cp(sampleApp, app, { recursive: true });
    const peer = await dockerfileApp(join(dir, "buildah"), app, `oci:${dir}/base-run`);
    const build = await ourBuild(dir, app);
    yield* cold(dir, build, peer);
    const script = await scriptSeconds(dir, app);
    for (const [name, change] of changes) {
      await change(app);
      yield* rebuilt(name, { dir, build, peer, script });
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const changes: readonly (readonly [string, (app: string) => Promise<unknown>])[] = [
  ["unchanged", async () => {}],
  ["code changed", (app) => appendFile(join(app, "src/app.ts"), "\nexport const added = 1;\n")],
  ["dependency added", (app) => npm(app, "install", "--package-lock-only", "is-number@7.0.0", "--save-exact")],
];

interface Rebuild {
  readonly dir: string;
  readonly build: () => Promise<unknown>;
  readonly peer: DockerfileApp;
  /** Seconds that the app's own build script takes. */
  readonly script: number;
}

async function* cold(dir: string, build: () => Promise<unknown>, peer: DockerfileApp): AsyncGenerator<Figure> {
  const [ours, theirs] = [await secondsOf(build), await secondsOf(peer.build)];
  yield against("node app, first build", ours, "s", null, "buildah", theirs);
  const [our, their] = await images(dir);
  yield { ...against("node app, image", megabytes(our), "MB", 1, "Dockerfile", megabytes(their)), targetOf: "ratio" };
}

async function* rebuilt(name: string, { dir, build, peer, script }: Rebuild): AsyncGenerator<Figure> {
  const before = await images(dir);
  const [ours, theirs] = [await secondsOf(build), await secondsOf(peer.build)];
  const after = await images(dir);
  yield against(`node app, ${name}`, ours, "s", null, "buildah", theirs);
  if (name === "code changed") yield plain("  beyond the app's own script", ours - script, "s", 2);
  const [our, their] = [moved(before[0], after[0]), moved(before[1], after[1])];
  yield name === "unchanged"
    ? plain("  moved", our, "MB", 0)
    : against("  moved", our, "MB", null, "Dockerfile", their);
  if (name === "code changed") yield plain("  moved, part of the image", (100 * our) / megabytes(after[0]), "%", 1);
}

/** `cnb build` as users call it, into a layout. */
async function ourBuild(dir: string, app: string): Promise<() => Promise<unknown>> {
  const args = [
    "--path",
    app,
    "--builder",
    `oci:${dir}/builder`,
    "--cache",
    join(dir, "cache"),
    ...(await nodeFromNpm()),
  ];
  return () => cnbSucceeds(["build", `oci:${dir}/app`, ...args]);
}

/** What the app's build script takes where its dependencies are installed, by the same Node.js. */
async function scriptSeconds(dir: string, app: string): Promise<number> {
  const copy = join(dir, "script");
  await cp(app, copy, { recursive: true });
  await npm(copy, "ci");
  return Math.min(await secondsOf(() => npm(copy, "run", "build")), await secondsOf(() => npm(copy, "run", "build")));
}

async function npm(cwd: string, ...args: readonly string[]): Promise<void> {
  const env = { ...process.env, PATH: `${dirname(pinnedNode)}:${process.env.PATH}`, NODE_ENV: "development" };
  const { exitCode, stderr } = await execute("npm", [...args, "--no-audit", "--no-fund"], { cwd, env });
  if (exitCode !== 0) throw new Error(`npm ${args.join(" ")}: ${stderr}`);
}

const images = (dir: string): Promise<[Image, Image]> =>
  Promise.all([
    readImage(parseImageReference(`oci:${dir}/app`)),
    readImage(parseImageReference(`oci:${dir}/buildah/image:latest`)),
  ]);

/** Compressed layers, as a registry stores them. */
const megabytes = ({ layers }: Image): number => layers.reduce((total, { size }) => total + size, 0) / 1e6;

/** Compressed layers of an image that the one before did not have. */
function moved(before: Image, after: Image): number {
  const had = new Set(before.layers.map(({ diffId }) => diffId));
  return after.layers.filter(({ diffId }) => !had.has(diffId)).reduce((total, { size }) => total + size, 0) / 1e6;
}
