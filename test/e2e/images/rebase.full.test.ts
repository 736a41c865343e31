// @needs docker-registry
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Image,
  labelsOf,
  parseImageReference,
  readImage,
  readImages,
  serializeImage,
  writeImage,
  writeImages,
} from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cnb, cnbSucceeds } from "../../support/cnb.ts";
import { viewImage } from "../../support/images/image-view.ts";
import { put, type RebaseCase, rebaseImages } from "../../support/images/rebase-world.ts";
import { type LifecycleBinaries, lifecycleBinaries } from "../../support/lifecycle/lifecycle-binaries.ts";
import { startRegistry } from "../../support/service.ts";

let dir: string;
let registry: Awaited<ReturnType<typeof startRegistry>>;
let lifecycle: LifecycleBinaries;
let reports: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "rebase-"));
  [registry, lifecycle] = await Promise.all([startRegistry(), lifecycleBinaries()]);
  reports = await lifecycle.folder("reports", {});
}, 600_000);
afterAll(async () => {
  await Promise.all([registry.stop(), lifecycle.remove(), rm(dir, { recursive: true, force: true })]);
});

let count = 0;
/** A repository of its own for each case. */
const world = async (given: RebaseCase) => {
  const repository = `${registry.host}/case-${count++}`;
  const name = (path: string) => `${repository}/${path}`;
  const images = await rebaseImages(dir, name("run:1"), replaced(given, name));
  await put(images.next, name("run:1"));
  await put(images.next, name("other:1"));
  for (const app of ["ours:1", "theirs:1"]) await put(images.app, name(app));
  return { name, images };
};

/** Names of the case's repository are written `$/run:1`. */
const replaced = (given: RebaseCase, name: (path: string) => string): RebaseCase =>
  JSON.parse(JSON.stringify(given).replace(/\$\/([\w.:-]+)/g, (_, path: string) => name(path)));

const official = (image: string, flags: readonly string[]) =>
  lifecycle.run("rebaser", ["-report", `${reports}/report.toml`, ...flags, image], {
    env: { CNB_PLATFORM_API: "0.13", CNB_USER_ID: "1000", CNB_GROUP_ID: "1000", HOME: "/", PATH: "/bin:/usr/bin" },
  });

const ourFlag = (flag: string): readonly string[] =>
  flag === "-force" ? ["--force", "name,distribution,variant,rebasable"] : [flag.replace(/^-(?=\w)/, "--")];

const noDistro = { "io.buildpacks.base.distro.name": "", "io.buildpacks.base.distro.version": "" };
const stacked = { "io.buildpacks.stack.id": "one", "io.buildpacks.stack.mixins": `["a", "run:b", "build:c"]` };

describe("the official rebaser gives the same result", () => {
  test.for<readonly [name: string, given: RebaseCase, flags: readonly string[], exitCode: number]>([
    ["the run image of the label", {}, [], 0],
    ["one that is named", {}, ["-run-image", "$/run:1"], 0],
    ["one by another name", {}, ["-run-image", "$/other:1"], 72],
    ["one by another name, forced", {}, ["-run-image", "$/other:1", "-force"], 0],
    ["a mirror", { runImage: { image: "registry.invalid/run:1", mirrors: ["$/run:1"] } }, [], 0],
    ["the label below stack", { inStack: true }, [], 0],
    [
      "labels of the base, new and gone",
      { base: { "io.buildpacks.base.x": "y" }, app: { "io.buildpacks.base.gone": "z" } },
      [],
      0,
    ],
    ["not rebasable", { app: { "io.buildpacks.rebasable": "false" } }, [], 72],
    ["not rebasable, forced", { app: { "io.buildpacks.rebasable": "false" } }, ["-force"], 0],
    ["another distribution", { base: { "io.buildpacks.base.distro.name": "alpine" } }, [], 72],
    ["another distribution, forced", { base: { "io.buildpacks.base.distro.name": "alpine" } }, ["-force"], 0],
    ["a distribution of no name", { base: noDistro }, [], 0],
    ["another variant", { variant: "v8" }, [], 0],
    ["an old app", { platformApi: "0.11", app: stacked, base: stacked }, [], 0],
    ["an old app without a stack", { platformApi: "0.11" }, [], 72],
    [
      "an old app, another stack",
      { platformApi: "0.11", app: stacked, base: { ...stacked, "io.buildpacks.stack.id": "two" } },
      ["-force"],
      72,
    ],
    [
      "an old app, fewer mixins",
      { platformApi: "0.11", app: stacked, base: { ...stacked, "io.buildpacks.stack.mixins": "[]" } },
      [],
      72,
    ],
    ["another architecture", { architecture: "arm64" }, [], 1],
  ])("%s", async ([, given, flags, exitCode]) => {
    const { name } = await world(given);
    const own = flags.map((flag) => flag.replace(/^\$\/(.*)/, (_, path: string) => name(path)));
    const theirs = await official(name("theirs:1"), own);
    const ours = await cnb(["rebase", name("ours:1"), ...own.flatMap(ourFlag)]);
    expect({ theirs: theirs.exitCode !== 0, ours: ours.exitCode }, theirs.output + ours.stderr).toEqual({
      theirs: exitCode !== 0,
      ours: exitCode,
    });
    const [one, other] = await Promise.all(["ours:1", "theirs:1"].map((app) => read(name(app))));
    expect(one).toEqual(other);
  });
});

/**
 * But for the type of the manifest, and history: the lifecycle empties it and says that all was made in 1980. It also leaves out the
 * variant of the new base's processor.
 */
async function read(name: string): Promise<Readonly<Record<string, string>>> {
  const view = await viewImage(
    await readImage(parseImageReference(name), { platform: { os: "linux", architecture: "amd64" } }),
  );
  return Object.fromEntries(
    Object.entries(view).filter(
      ([key]) => !/^(history |manifest type|image created|image variant|bytes of|type of)/.test(key),
    ),
  );
}

const layersOf = (image: Image): readonly string[] => image.layers.map(({ diffId }) => diffId);
const at = (text: string) => readImage(parseImageReference(text));
const expected = ({ next, app }: { readonly next: Image; readonly app: Image }) => [
  ...layersOf(next),
  ...layersOf(app).slice(1),
];

describe("outside a registry", () => {
  test.for(["oci", "oci-archive", "docker-archive"] as const)("%s is rebased onto a named base", async (kind) => {
    const images = await rebaseImages(dir, "localhost/run:latest");
    const [app, run] = [`${kind}:${dir}/${kind}-app`, `oci:${dir}/${kind}-base`];
    await writeImage(images.app, parseImageReference(app), { name: "shop:1" });
    await writeImage(images.next, parseImageReference(run), { name: "localhost/run:latest" });
    await cnbSucceeds(["rebase", app, "--run-image", run]);
    expect(layersOf(await at(app))).toEqual(expected(images));
  });

  test("a layout finds its base next to it, by name, and keeps its own", async () => {
    const images = await rebaseImages(dir, "localhost/beside:latest");
    await writeImage(images.app, { kind: "oci", dir: join(dir, "beside/app") }, { name: "shop:1" });
    await writeImage(images.next, { kind: "oci", dir: join(dir, "beside/run") }, { name: "localhost/beside:latest" });
    await cnbSucceeds(["rebase", `oci:${dir}/beside/app`]);
    expect(layersOf(await at(`oci:${dir}/beside/app`))).toEqual(expected(images));
    expect(await readFile(join(dir, "beside/app/index.json"), "utf8")).toContain(
      '"org.opencontainers.image.ref.name":"shop:1"',
    );
  });

  test("an image on its newest base is unchanged, byte for byte", async () => {
    const images = await rebaseImages(dir, "localhost/same:latest");
    const app = `oci:${dir}/same/app`;
    await writeImage(images.app, parseImageReference(app), { name: "shop:1" });
    await writeImage(images.next, { kind: "oci", dir: join(dir, "same/run") }, { name: "localhost/same:latest" });
    const first = await cnbSucceeds(["rebase", app]);
    const again = await cnbSucceeds(["rebase", app]);
    expect([again.stdout, again.stderr]).toEqual([
      first.stdout,
      expect.stringContaining("already uses this run image"),
    ]);
  });
});

test("in an index, each platform is rebased onto its own base", async () => {
  const name = `${registry.host}/many/run:1`;
  const [amd64, arm64] = [await rebaseImages(dir, name), await rebaseImages(dir, name, { architecture: "arm64" })];
  const other = { ...arm64.app, config: { ...arm64.app.config, architecture: "arm64" } };
  const { raw: _, ...plain } = other;
  await writeImages({ images: [amd64.app, plain] }, parseImageReference(`${registry.host}/many/app:1`));
  await writeImages({ images: [amd64.next, arm64.next] }, parseImageReference(name));
  await cnbSucceeds(["rebase", `${registry.host}/many/app:1`]);
  const { images } = await readImages(parseImageReference(`${registry.host}/many/app:1`));
  expect(images.map((image) => [image.config.architecture, layersOf(image)])).toEqual([
    ["amd64", expected(amd64)],
    ["arm64", expected(arm64)],
  ]);
});

test("the result is written elsewhere with --previous-image and --tag, which report.toml lists", async () => {
  const { name, images } = await world({});
  const report = join(dir, "report.toml");
  const flags = ["--previous-image", name("ours:1"), "--tag", name("ours:also"), "--report", report];
  const { stdout } = await cnbSucceeds(["rebase", name("ours:2"), ...flags]);
  const found = await Promise.all(["ours:1", "ours:2", "ours:also"].map(async (app) => layersOf(await at(name(app)))));
  expect(found).toEqual([layersOf(images.app), expected(images), expected(images)]);
  expect(await readFile(report, "utf8")).toBe(
    `[image]\ntags = [ "${name("ours:2")}", "${name("ours:also")}" ]\ndigest = "${stdout.trim()}"\n`,
  );
});

describe("many images", () => {
  const fleet = async () => {
    const { name, images } = await world({});
    const apps = Array.from({ length: 20 }, (_, at) => name(`app-${at}:1`));
    for (const app of apps) await put(images.app, app);
    return { name, images, apps };
  };

  test("are rebased from a list; failures are reported and can be retried", async () => {
    const { name, images, apps } = await fleet();
    const [list, report] = [join(dir, "images.txt"), join(dir, "report.jsonl")];
    await writeFile(list, `# all\n${apps.join("\n")}\n${name("lost:1")} # gone\n\n${apps[0]}\n`);
    const first = await cnb(["rebase", "--from", list, "--report", report]);
    expect([first.exitCode, first.stderr]).toEqual([72, expect.stringContaining("20 rebased, 0 unchanged, 1 failed")]);
    expect(new Set(await Promise.all(apps.map(async (app) => JSON.stringify(layersOf(await at(app))))))).toEqual(
      new Set([JSON.stringify(expected(images))]),
    );
    await put(images.app, name("lost:1"));
    const again = await cnbSucceeds(["rebase", "--from", list, "--report", report, "--resume"]);
    expect(again.stderr).toContain("Rebasing 1 image, 20 skipped: the report marks them as done");
    expect(again.stdout).toMatch(new RegExp(`^rebased ${name("lost:1")} sha256:[0-9a-f]{64}\\n$`));
  });

  test("are found in the registry by a pattern", async () => {
    const { name, images } = await fleet();
    const { stderr } = await cnbSucceeds(["rebase", "--filter", name("app-1?:*")]);
    expect(stderr).toContain("10 rebased, 0 unchanged, 0 failed");
    expect([layersOf(await at(name("app-12:1"))), layersOf(await at(name("app-2:1")))]).toEqual([
      expected(images),
      layersOf(images.app),
    ]);
  });

  test("are each complete after a kill at any moment, and the next run finishes", async () => {
    const { images, apps } = await fleet();
    const [list, report] = [join(dir, "killed.txt"), join(dir, "killed.jsonl")];
    await writeFile(list, apps.join("\n"));
    for (const timeout of [400, 600, 800])
      await cnb(["rebase", "--from", list, "--report", report, "--resume", "--concurrency", "2"], {
        timeout,
        killSignal: "SIGKILL",
      });
    const whole = [layersOf(images.app), expected(images)].map((layers) => JSON.stringify(layers));
    for (const app of apps) expect(whole).toContain(JSON.stringify(layersOf(await at(app))));
    await cnbSucceeds(["rebase", "--from", list, "--report", report, "--resume"]);
    for (const app of apps) expect(layersOf(await at(app))).toEqual(expected(images));
  });
});

test("missing and malformed inputs are reported before any work", async () => {
  const { images, name } = await world({});
  await put((await rebaseImages(dir, "x")).old, name("plain:1"));
  const outcomes = [
    [],
    [name("plain:1")],
    [name("absent:1")],
    [name("ours:1"), "--from", "list"],
    ["--from", join(dir, "no-list")],
    ["--filter", "*/x"],
    ["--from", "list", "--concurrency", "0"],
    ["--from", "list", "--resume"],
    [name("ours:1"), "--run-image", name("absent:1")],
  ].map(async (args) => {
    const { exitCode, stderr } = await cnb(["rebase", ...args]);
    return [exitCode, /^CODE: (.*)$/m.exec(stderr)?.[1]];
  });
  expect(await Promise.all(outcomes)).toEqual([
    [3, "ARGUMENT_INVALID"],
    [72, "REBASE_IMPOSSIBLE"],
    [1, "IMAGE_NOT_FOUND"],
    [3, "ARGUMENT_INVALID"],
    [3, "ARGUMENT_INVALID"],
    [3, "ARGUMENT_INVALID"],
    [3, "ARGUMENT_INVALID"],
    [3, "ARGUMENT_INVALID"],
    [1, "IMAGE_NOT_FOUND"],
  ]);
  expect(serializeImage(await at(name("ours:1"))).manifestDigest).toBe(serializeImage(images.app).manifestDigest);
  expect(labelsOf(await at(name("ours:1")))).toEqual(labelsOf(images.app));
});
