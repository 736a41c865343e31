// @needs docker-registry
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { type Image, labelsOf, parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cnb, cnbSucceeds } from "../../support/cnb.ts";
import { viewImage } from "../../support/images/image-view.ts";
import { put, type RebaseCase, rebaseImages } from "../../support/images/rebase-world.ts";
import { type LifecycleBinaries, lifecycleBinaries } from "../../support/lifecycle/lifecycle-binaries.ts";
import { type Registry, startRegistry } from "../../support/service.ts";

let dir: string;
let registry: Registry;
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

describe("cnb rebase gives the same result as the official rebaser for", () => {
  test.for<readonly [name: string, given: RebaseCase, flags: readonly string[], exitCode: number]>([
    ["the run image in the label", {}, [], 0],
    ["a run image named by a flag", {}, ["-run-image", "$/run:1"], 0],
    ["a run image with another name", {}, ["-run-image", "$/other:1"], 72],
    ["a run image with another name, with --force", {}, ["-run-image", "$/other:1", "-force"], 0],
    ["a run image mirror", { runImage: { image: "registry.invalid/run:1", mirrors: ["$/run:1"] } }, [], 0],
    ["a label with the deprecated stack key", { inStack: true }, [], 0],
    [
      "base image labels that were added and removed",
      { base: { "io.buildpacks.base.x": "y" }, app: { "io.buildpacks.base.gone": "z" } },
      [],
      0,
    ],
    ["an image that is not rebasable", { app: { "io.buildpacks.rebasable": "false" } }, [], 72],
    ["an image that is not rebasable, with --force", { app: { "io.buildpacks.rebasable": "false" } }, ["-force"], 0],
    ["a base of another distribution", { base: { "io.buildpacks.base.distro.name": "alpine" } }, [], 72],
    [
      "a base of another distribution, with --force",
      { base: { "io.buildpacks.base.distro.name": "alpine" } },
      ["-force"],
      0,
    ],
    ["a base without a distribution name", { base: noDistro }, [], 0],
    ["a base of another architecture variant", { variant: "v8" }, [], 0],
    ["an image of an old lifecycle", { platformApi: "0.11", app: stacked, base: stacked }, [], 0],
    ["an image of an old lifecycle without a stack", { platformApi: "0.11" }, [], 72],
    [
      "an image of an old lifecycle with another stack",
      { platformApi: "0.11", app: stacked, base: { ...stacked, "io.buildpacks.stack.id": "two" } },
      ["-force"],
      72,
    ],
    [
      "an image of an old lifecycle with fewer mixins",
      { platformApi: "0.11", app: stacked, base: { ...stacked, "io.buildpacks.stack.mixins": "[]" } },
      [],
      72,
    ],
    ["a base of another architecture", { architecture: "arm64" }, [], 1],
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
    oci.imageFor(await oci.read(parseImageReference(name), { platform: { os: "linux", architecture: "amd64" } })),
  );
  return Object.fromEntries(
    Object.entries(view).filter(
      ([key]) => !/^(history |manifest type|image created|image variant|bytes of|type of)/.test(key),
    ),
  );
}

const layersOf = (image: Image): readonly string[] => image.layers.map(({ diffId }) => diffId);
const at = (text: string) => oci.read(parseImageReference(text)).then((index) => oci.imageFor(index));
const expected = ({ next, app }: { readonly next: Image; readonly app: Image }) => [
  ...layersOf(next),
  ...layersOf(app).slice(1),
];

describe("an image", () => {
  test.for(["oci", "oci-archive", "docker-archive"] as const)(
    "in the format %s outside a registry is rebased onto a named base",
    async (kind) => {
      const images = await rebaseImages(dir, "localhost/run:latest");
      const [app, run] = [`${kind}:${dir}/${kind}-app`, `oci:${dir}/${kind}-base`];
      await oci.write(images.app, parseImageReference(app), { name: "shop:1" });
      await oci.write(images.next, parseImageReference(run), { name: "localhost/run:latest" });
      await cnbSucceeds(["rebase", app, "--run-image", run]);
      expect(layersOf(await at(app))).toEqual(expected(images));
    },
  );

  test("in an OCI layout is rebased onto a base in a sibling layout", async () => {
    const images = await rebaseImages(dir, "localhost/beside:latest");
    await oci.write(images.app, { kind: "oci", dir: join(dir, "beside/app") }, { name: "shop:1" });
    await oci.write(images.next, { kind: "oci", dir: join(dir, "beside/run") }, { name: "localhost/beside:latest" });
    await cnbSucceeds(["rebase", `oci:${dir}/beside/app`]);
    expect(layersOf(await at(`oci:${dir}/beside/app`))).toEqual(expected(images));
    expect(await readFile(join(dir, "beside/app/index.json"), "utf8")).toContain(
      '"org.opencontainers.image.ref.name":"shop:1"',
    );
  });

  test("that already has the newest base stays unchanged, byte for byte", async () => {
    const images = await rebaseImages(dir, "localhost/same:latest");
    const app = `oci:${dir}/same/app`;
    await oci.write(images.app, parseImageReference(app), { name: "shop:1" });
    await oci.write(images.next, { kind: "oci", dir: join(dir, "same/run") }, { name: "localhost/same:latest" });
    const first = await cnbSucceeds(["rebase", app]);
    const again = await cnbSucceeds(["rebase", app]);
    expect([again.stdout, again.stderr]).toEqual([
      first.stdout,
      expect.stringContaining("already uses this run image"),
    ]);
  });
});

test("each platform of an index is rebased onto its own base", async () => {
  const name = `${registry.host}/many/run:1`;
  const [amd64, arm64] = [await rebaseImages(dir, name), await rebaseImages(dir, name, { architecture: "arm64" })];
  const other = { ...arm64.app, config: { ...arm64.app.config, architecture: "arm64" } };
  const { raw: _, ...plain } = other;
  await oci.write({ images: [amd64.app, plain] }, parseImageReference(`${registry.host}/many/app:1`));
  await oci.write({ images: [amd64.next, arm64.next] }, parseImageReference(name));
  await cnbSucceeds(["rebase", `${registry.host}/many/app:1`]);
  const { images } = await oci.read(parseImageReference(`${registry.host}/many/app:1`));
  expect(images.map((image) => [image.config.architecture, layersOf(image)])).toEqual([
    ["amd64", expected(amd64)],
    ["arm64", expected(arm64)],
  ]);
});

test("--previous-image and --tag write the rebased image elsewhere, and report.toml lists the names of this image", async () => {
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

describe("many images rebased by one command", () => {
  const fleet = async () => {
    const { name, images } = await world({});
    const apps = Array.from({ length: 20 }, (_, at) => name(`app-${at}:1`));
    for (const app of apps) await put(images.app, app);
    return { name, images, apps };
  };

  test("can be given as a list; failures are reported and can be retried", async () => {
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

  test("can be selected in the registry by a pattern", async () => {
    const { name, images } = await fleet();
    const { stderr } = await cnbSucceeds(["rebase", "--filter", name("app-1?:*")]);
    expect(stderr).toContain("10 rebased, 0 unchanged, 0 failed");
    expect([layersOf(await at(name("app-12:1"))), layersOf(await at(name("app-2:1")))]).toEqual([
      expected(images),
      layersOf(images.app),
    ]);
  });

  test.each([1, 3, 7])(
    "are each rebased once if %i shards share the work, from a pattern and from a list",
    async (count) => {
      const { name, images, apps } = await fleet();
      await put(images.app, name("app-3:2"));
      const shards = Array.from({ length: count }, (_, at) => ["--shard", `${at + 1}/${count}`]);
      const all = [...apps, name("app-3:2")].toSorted();
      const runs = await Promise.all(
        shards.map((shard) => cnbSucceeds(["rebase", "--filter", name("app-*:*"), ...shard])),
      );
      const lines = (outcomes: readonly { readonly stdout: string }[]) =>
        outcomes.flatMap(({ stdout }) => stdout.trim().split("\n")).filter((line) => line !== "");
      expect(
        lines(runs)
          .map((line) => line.split(" ").slice(0, 2).join(" "))
          .toSorted(),
      ).toEqual(all.map((app) => `rebased ${app}`));
      for (const app of all) expect(layersOf(await at(app))).toEqual(expected(images));
      const list = join(dir, `shards-${count}.txt`);
      await writeFile(list, all.join("\n"));
      const again = await Promise.all(shards.map((shard) => cnbSucceeds(["rebase", "--from", list, ...shard])));
      expect(
        lines(again)
          .map((line) => line.split(" ").slice(0, 2).join(" "))
          .toSorted(),
      ).toEqual(all.map((app) => `unchanged ${app}`));
    },
  );

  test("are never left incomplete if cnb is killed, and the next run rebases the remaining images", async () => {
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

test("cnb rebase reports missing and malformed inputs before it rebases any image", async () => {
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
    ["--from", "list", "--shard", "3/2"],
    [name("ours:1"), "--shard", "1/2"],
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
    [3, "ARGUMENT_INVALID"],
    [3, "ARGUMENT_INVALID"],
    [1, "IMAGE_NOT_FOUND"],
  ]);
  expect(oci.serialize(await at(name("ours:1"))).manifestDigest).toBe(oci.serialize(images.app).manifestDigest);
  expect(labelsOf(await at(name("ours:1")))).toEqual(labelsOf(images.app));
});
