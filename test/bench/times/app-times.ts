import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { type Image, parseImageReference } from "@libcnb/packager/oci";
import type { DockerfileApp } from "../../support/apps/dockerfile-app.ts";
import { cnbSucceeds } from "../../support/cnb.ts";
import { against, type Figure, plain, secondsOf } from "../figure.ts";

/** An app as a developer changes it, built by us and from a Dockerfile by buildah in turns. */
export interface TimedApp {
  /** The name in the figures: `node app`. */
  readonly name: string;
  /** Holds `builder`, our image `app`, and the peer's directory `buildah`. */
  readonly dir: string;
  readonly app: string;
  /** The name of the builder in `dir`, and further flags of `cnb build`. */
  readonly builder: string;
  readonly flags: readonly string[];
  readonly peer: DockerfileApp;
  readonly changes: readonly Change[];
  /** The most that its image may be, beside the peer's. Default: the same. */
  readonly most?: number;
}

export interface Change {
  readonly name: "unchanged" | "code changed" | "dependency added";
  readonly make: (app: string) => Promise<unknown>;
  /** Seconds that the app's own steps take in this build, for which there is a target. */
  readonly own?: number;
}

export async function* appTimes(timed: TimedApp): AsyncGenerator<Figure> {
  const { dir, app, peer, changes } = timed;
  const flags = ["--path", app, "--builder", `oci:${dir}/${timed.builder}`, "--cache", join(dir, "cache")];
  const build = () => cnbSucceeds(["build", `oci:${dir}/app`, ...flags, ...timed.flags]);
  yield* cold(timed, build);
  for (const change of changes) {
    await change.make(app);
    yield* rebuilt(change, timed.name, { dir, build, peer });
  }
}

interface Rebuild {
  readonly dir: string;
  readonly build: () => Promise<unknown>;
  readonly peer: DockerfileApp;
}

async function* cold({ name, dir, peer, most = 1 }: TimedApp, build: () => Promise<unknown>): AsyncGenerator<Figure> {
  const [ours, theirs] = [await secondsOf(build), await secondsOf(peer.build)];
  yield against(`${name}, first build`, ours, "s", null, "buildah", theirs);
  const [our, their] = await images(dir);
  yield { ...against(`${name}, image`, megabytes(our), "MB", most, "Dockerfile", megabytes(their)), targetOf: "ratio" };
}

async function* rebuilt(change: Change, of: string, { dir, build, peer }: Rebuild): AsyncGenerator<Figure> {
  const { name, own } = change;
  const before = await images(dir);
  const [ours, theirs] = [await secondsOf(build), await secondsOf(peer.build)];
  const after = await images(dir);
  yield against(`${of}, ${name}`, ours, "s", null, "buildah", theirs);
  if (own !== undefined) yield plain("  beyond the app's own steps", ours - own, "s", 2);
  const [our, their] = [moved(before[0], after[0]), moved(before[1], after[1])];
  yield name === "unchanged"
    ? plain("  moved", our, "MB", 0)
    : against("  moved", our, "MB", null, "Dockerfile", their);
  if (name === "code changed") yield plain("  moved, part of the image", (100 * our) / megabytes(after[0]), "%", 1);
}

const images = (dir: string): Promise<[Image, Image]> =>
  Promise.all([
    oci.read(parseImageReference(`oci:${dir}/app`)).then((index) => oci.imageFor(index)),
    oci.read(parseImageReference(`oci:${dir}/buildah/image:latest`)).then((index) => oci.imageFor(index)),
  ]);

/** Compressed layers, as a registry stores them. */
const megabytes = ({ layers }: Image): number => layers.reduce((total, { size }) => total + size, 0) / 1e6;

/** Compressed layers of an image that the one before did not have. */
function moved(before: Image, after: Image): number {
  const had = new Set(before.layers.map(({ diffId }) => diffId));
  return after.layers.filter(({ diffId }) => !had.has(diffId)).reduce((total, { size }) => total + size, 0) / 1e6;
}
