// @needs docker-registry, skopeo
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { attach, type Digest, emptyImage, type Image, parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cnb, cnbCommand, cnbSucceeds, execute } from "../../support/cnb.ts";
import { sampleImages } from "../../support/registry/sample.ts";
import { type Registry, startRegistry } from "../../support/service.ts";

let dir: string;
let from: Registry;
let to: Registry;
let samples: Awaited<ReturnType<typeof sampleImages>>;
let app: string;
let builder: string;
let appDigest: Digest;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "copy-"));
  [from, to, samples] = await Promise.all([startRegistry(), startRegistry(), sampleImages()]);
  app = `${from.host}/shop/web:1`;
  appDigest = await pushed(app, await samples.image(1));
  const signature = { mediaType: "application/vnd.example.signature", content: Buffer.from("signed") };
  const sbom = { mediaType: "application/vnd.cyclonedx+json", content: Buffer.from('{"bomFormat":"CycloneDX"}') };
  const { digest } = await attach(parseImageReference(app), { artifactType: sbom.mediaType, files: [sbom] });
  const attached = parseImageReference(`${from.host}/shop/web@${digest}`);
  await attach(attached, { artifactType: signature.mediaType, files: [signature] });
  await oci.write(await samples.image(2), cosignTag(from.host));
  builder = `${from.host}/builders/base:1`;
  const run = `${from.host}/builders/run:bookworm`;
  await pushed(run, await samples.image(3));
  const metadata = JSON.stringify({ images: [{ image: run, mirrors: ["example.com/run"] }] });
  await pushed(builder, oci.mutate.labels(await samples.image(4), { "io.buildpacks.builder.metadata": metadata }));
}, 120_000);
afterAll(async () => {
  await Promise.all([from.stop(), to.stop(), samples.remove()]);
  await rm(dir, { recursive: true, force: true });
});

/** Pushes an image for two platforms. */
async function pushed(name: string, image: Image): Promise<Digest> {
  const other = { ...image, config: { ...image.config, architecture: "arm64" } };
  return (await oci.write({ images: [image, other] }, parseImageReference(name))).digest;
}

/** The tag at which cosign looks for the signatures of the app image. */
const cosignTag = (host: string, repository = "shop/web") =>
  parseImageReference(`${host}/${repository}:${appDigest.replace(":", "-")}.sig`);

/** The types of all artifacts of an image, and of the artifacts of those. */
async function artifactsOf(name: string): Promise<readonly (string | undefined)[]> {
  const reference = parseImageReference(name);
  if (reference.kind !== "registry") throw new Error(`${name} is not in a registry`);
  const found = await oci.referrers(reference);
  const below = await Promise.all(
    found.map(({ digest }) => artifactsOf(`${reference.registry}/${reference.repository}@${digest}`)),
  );
  return [...found.map(({ artifactType }) => artifactType), ...below.flat()];
}

const digestIn = async (name: string): Promise<string> => (await cnbSucceeds(["image", "digest", name])).stdout.trim();
const artifacts = ["application/vnd.cyclonedx+json", "application/vnd.example.signature"];

describe("cnb copy", () => {
  test("copies an image, its platforms and its artifacts to another registry under the same digest", async () => {
    const target = `${to.host}/mirror/web:1`;
    const { stdout, stderr } = await cnbSucceeds(["copy", app, target]);
    expect(stdout).toBe(`${target}@${appDigest}\n`);
    expect(stderr).toContain(`Copying ${app} to ${target}`);
    expect(stderr).toMatch(/\d+ blobs copied \([\d.]+ kB\), 0 already there/);
    expect(await digestIn(target)).toBe(appDigest);
    expect(await artifactsOf(target)).toEqual(artifacts);
    expect(await oci.resolve(cosignTag(to.host, "mirror/web"))).toBe(await oci.resolve(cosignTag(from.host)));
    expect(await oci.validate(parseImageReference(target))).toEqual([]);
  });

  test("uploads no blob that the destination already has", async () => {
    const { stderr } = await cnbSucceeds(["copy", app, `${to.host}/mirror/web:again`]);
    expect(stderr).toMatch(/ {2}0 blobs copied \(0 B\), \d+ already there/);
  });

  test("mounts blobs from another repository of the same registry", async () => {
    const { stderr } = await cnbSucceeds(["copy", app, `${from.host}/production/web:1`]);
    expect(stderr).toMatch(/ {2}0 blobs copied \(0 B\), \d+ already there/);
    expect(await digestIn(`${from.host}/production/web:1`)).toBe(appDigest);
  });

  test("does not copy signatures and other artifacts with --no-referrers", async () => {
    const target = `${to.host}/plain/web:1`;
    await cnbSucceeds(["copy", "--no-referrers", app, target]);
    expect(await artifactsOf(target)).toEqual([]);
  });

  test("copies the image of one platform under its own digest", async () => {
    const target = `${to.host}/arm/web:1`;
    const { stdout } = await cnbSucceeds(["copy", "--platform", "linux/arm64", "--json", app, target]);
    const { digest, images } = JSON.parse(stdout);
    expect(images).toBe(1);
    expect(digest).toBe((await cnbSucceeds(["image", "digest", app, "--platform", "linux/arm64"])).stdout.trim());
  });

  test("copies a builder and its run images into one archive, and from there to a namespace", async () => {
    const archive = join(dir, "builder.tar");
    const { stdout } = await cnbSucceeds(["copy", "--run-images", builder, app, `oci-archive:${archive}`]);
    expect(stdout.split("\n").length).toBe(4);
    await cnbSucceeds(["copy", `oci-archive:${archive}`, `${to.host}/air/gap/`]);
    for (const name of ["builders/base:1", "builders/run:bookworm", "shop/web:1"])
      expect(await digestIn(`${to.host}/air/gap/${name}`)).toBe(await digestIn(`${from.host}/${name}`));
    expect(await artifactsOf(`${to.host}/air/gap/shop/web:1`)).toEqual(artifacts);
    expect(await oci.resolve(cosignTag(to.host, "air/gap/shop/web"))).toBe(await oci.resolve(cosignTag(from.host)));
  });

  test("writes byte-identical archives of the same image", async () => {
    const files = ["first.tar", "second.tar"].map((name) => join(dir, name));
    for (const file of files) await cnbSucceeds(["copy", app, builder, `oci-archive:${file}`]);
    const [first, second] = await Promise.all(files.map((file) => readFile(file)));
    expect(first?.equals(second as Buffer)).toBe(true);
  });

  test("adds images to a layout and replaces an image of the same name", async () => {
    const layout = `oci:${join(dir, "layout")}`;
    await cnbSucceeds(["copy", app, layout]);
    await cnbSucceeds(["copy", builder, `${layout}:base`]);
    const { stderr } = await cnbSucceeds(["copy", app, layout]);
    expect(stderr).toMatch(/ {2}0 blobs copied \(0 B\), \d+ already there/);
    expect(await digestIn(`${layout}:base`)).toBe(await digestIn(builder));
    expect(await digestIn(`${layout}:${app}`)).toBe(appDigest);
    expect(await readdir(dir)).not.toContain(".layout.lock");
    const { manifests } = JSON.parse(await readFile(join(dir, "layout/index.json"), "utf8"));
    expect(manifests.length).toBe(5);
  });

  test("replaces a damaged blob of a layout", async () => {
    const layout = join(dir, "damaged");
    await cnbSucceeds(["copy", app, `oci:${layout}`]);
    const blobs = await readdir(join(layout, "blobs/sha256"));
    for (const blob of blobs.slice(0, 2)) await truncate(join(layout, "blobs/sha256", blob), 1);
    await cnbSucceeds(["copy", app, `oci:${layout}`]);
    expect(await oci.validate(parseImageReference(`oci:${layout}`))).toEqual([]);
  });

  test("continues an interrupted archive and reuses its complete blobs", async () => {
    const file = join(dir, "interrupted.tar");
    const large = `${from.host}/large:1`;
    await pushed(large, await samples.image(9, 30_000_000));
    const [program, ...args] = cnbCommand(["copy", app, large, `oci-archive:${file}`]);
    const child = spawn(program, args, { stdio: "ignore" });
    const partial = join(dir, ".interrupted.tar.partial");
    while (!existsSync(partial)) await new Promise((done) => setTimeout(done, 5));
    await new Promise((done) => setTimeout(done, 50));
    child.kill("SIGKILL");
    await new Promise((done) => child.once("close", done));
    expect(existsSync(file)).toBe(false);
    await cnbSucceeds(["copy", app, large, `oci-archive:${file}`]);
    await cnbSucceeds(["copy", app, large, `oci-archive:${join(dir, "whole.tar")}`]);
    expect((await readFile(file)).equals(await readFile(join(dir, "whole.tar")))).toBe(true);
    expect(existsSync(partial)).toBe(false);
  });

  test("writes archives and layouts that skopeo reads, and reads those of skopeo", async () => {
    const archive = join(dir, "for-skopeo.tar");
    await cnbSucceeds(["copy", app, `oci-archive:${archive}`]);
    const inspected = await execute("skopeo", ["inspect", "--raw", `oci-archive:${archive}:${app}`]);
    expect([inspected.exitCode, inspected.stdout]).toEqual([0, (await cnbSucceeds(["image", "manifest", app])).stdout]);
    const layout = `oci:${join(dir, "of-skopeo")}`;
    const plain = ["--src-tls-verify=false", "--multi-arch=all"];
    expect((await execute("skopeo", ["copy", ...plain, `docker://${app}`, `${layout}:web`])).exitCode).toBe(0);
    await cnbSucceeds(["copy", `${layout}:web`, `${to.host}/from-skopeo:1`]);
    expect(await digestIn(`${to.host}/from-skopeo:1`)).toBe(appDigest);
  });

  test("copies the images of a list", async () => {
    const list = join(dir, "images.txt");
    await writeFile(list, `# both\n${app}\n${builder}\n`);
    const { stdout } = await cnbSucceeds(["copy", "--from", list, `${to.host}/listed/`]);
    expect(stdout.split("\n").map((line) => line.replace(/@.*/, ""))).toEqual([
      `${to.host}/listed/shop/web:1`,
      `${to.host}/listed/builders/base:1`,
      "",
    ]);
  });

  test.for<[string, () => readonly string[], number, string, string]>([
    [
      "two images with one destination",
      () => [app, builder, `${to.host}/one:1`],
      3,
      "cannot copy 2 images to",
      "IMAGE_REFERENCE_INVALID",
    ],
    [
      "an image without a destination",
      () => [app],
      3,
      "cnb copy needs two arguments, an image and a destination",
      "ARGUMENT_INVALID",
    ],
    [
      "an image to the daemon",
      () => [app, "docker-daemon:app"],
      3,
      "cannot copy to docker-daemon:app: Docker may rewrite the manifest, so the copy could get a different digest",
      "IMAGE_REFERENCE_UNSUPPORTED",
    ],
    ["an image that does not exist", () => [`${from.host}/none:1`, `oci:${dir}/none`], 1, "none:1", "IMAGE_NOT_FOUND"],
    [
      "an image without a name to a namespace",
      () => [`oci:${dir}/unnamed`, `${to.host}/space/`],
      3,
      "its name contains no repository",
      "IMAGE_REFERENCE_INVALID",
    ],
  ])("refuses %s", async ([, args, exitCode, message, code]) => {
    await oci.write(emptyImage({ os: "linux", architecture: "amd64" }), { kind: "oci", dir: join(dir, "unnamed") });
    const outcome = await cnb(["copy", ...args()]);
    expect(outcome.exitCode).toBe(exitCode);
    expect(outcome.stderr).toContain(message);
    expect(outcome.stderr).toContain(`CODE: ${code}`);
  });
});

describe("cnb image", () => {
  test("tags lists the tags of a repository", async () => {
    const { stdout } = await cnbSucceeds(["image", "tags", `${from.host}/builders/base`]);
    expect(stdout).toBe("1\n");
  });

  test("config prints the configuration of an image for a platform", async () => {
    const { stdout } = await cnbSucceeds(["image", "config", app, "--platform", "linux/arm64"]);
    expect(JSON.parse(stdout)).toMatchObject({ os: "linux", architecture: "arm64" });
  });

  test("annotate adds annotations to an image, which gets another digest and is otherwise unchanged", async () => {
    const image = `${to.host}/annotated:1`;
    await cnbSucceeds(["copy", app, image]);
    const before = JSON.parse((await cnbSucceeds(["image", "manifest", image])).stdout);
    const { stdout } = await cnbSucceeds(["image", "annotate", image, "-a", "org.example.team=shop=web", "-a", "b="]);
    expect(stdout.trim()).toBe(`${image}@${await digestIn(image)}`);
    const after = JSON.parse((await cnbSucceeds(["image", "manifest", image])).stdout);
    expect(after).toEqual({ ...before, annotations: { "org.example.team": "shop=web", b: "" } });
  });

  test("delete removes a tag and keeps the image under its other tags", async () => {
    const names = ["old", "new"].map((tag) => `${to.host}/deleted:${tag}`);
    for (const name of names) await cnbSucceeds(["copy", "--no-referrers", app, name]);
    await cnbSucceeds(["image", "delete", names[0] ?? ""]);
    expect((await cnbSucceeds(["image", "tags", `${to.host}/deleted`])).stdout).toBe("new\n");
    expect(await digestIn(names[1] ?? "")).toBe(appDigest);
  });
});
