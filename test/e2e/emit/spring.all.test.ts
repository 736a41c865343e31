// @needs docker, docker-registry, dockerd, mvn, namespaces, openssl, podman, root
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { labelsOf } from "@libcnb/packager/oci";
import { writeFiles } from "libcnb/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runReference } from "../../support/apps/app-docker.ts";
import { foreignWorld } from "../../support/apps/foreign-world.ts";
import { makersOf } from "../../support/apps/layer-makers.ts";
import { execute, type Outcome } from "../../support/cnb.ts";
import { type SpringWorld, springWorld } from "../../support/emit/spring-world.ts";
import { startPodman } from "../../support/service.ts";

/**
 * Spring Boot's own plugins build the image of a Spring Boot app with a real Docker daemon. Their configuration is what
 * `cnb emit` prints, with the parts that its comments explain.
 */
let world: SpringWorld;
let maven: string;
let gradle: string;
beforeAll(async () => {
  world = await springWorld();
  maven = withSocket(await world.emit("spring-maven"));
  gradle = withSocket(await world.emit("spring-gradle"));
  expectSuccess(await world.maven(maven, ["package"]));
}, 1_800_000);
afterAll(() => world?.[Symbol.asyncDispose]());

/** Adds what the comment says about another socket than Docker's usual one. */
function withSocket(manifest: string): string {
  const [element] = /<docker>.*<\/docker>/.exec(manifest) ?? [];
  if (element !== undefined) return inConfiguration(manifest, element);
  const [, line = "no comment about the socket"] = /DOCKER_HOST.*: (docker \{.*\})$/m.exec(manifest) ?? [];
  return inTask(manifest, line);
}

/** The comment contains the names of the elements, too. */
const inConfiguration = (plugin: string, text: string): string =>
  plugin.replace(/^ *<configuration>/m, (before) => before + text);
const inImage = (plugin: string, text: string): string => plugin.replace(/^ *<image>/m, (before) => before + text);
const inTask = (script: string, line: string): string => script.replace(/\}\n$/, `  ${line}\n}\n`);

const publish = "-Dspring-boot.build-image.publish=true";
/** The goal without the phase `package`: the jar exists. */
const buildImage = (plugin: string, ...settings: readonly string[]): Promise<Outcome> =>
  world.maven(plugin, ["spring-boot:build-image-no-fork", ...settings]);

function expectSuccess({ exitCode, stdout, stderr }: Outcome): string {
  expect({ exitCode, log: exitCode === 0 ? "" : stdout + stderr }).toEqual({ exitCode: 0, log: "" });
  return stdout;
}

const runs = { answer: "Hello from 17", exitCode: 143 };

test("mvn spring-boot:build-image pulls the builder and the run image, and the image in the Docker daemon runs", async () => {
  const log = expectSuccess(await world.maven(maven, ["spring-boot:build-image"]));
  expect(log).toContain(`Pulled builder image '${world.host}/builder@sha256:`);
  expect(log).toContain(`Pulled run image '${world.host}/run@sha256:`);
  expect(log).toContain(`Saving ${world.host}/shop:1`);
  expect(await runReference(world.engine, `${world.host}/shop:1`)).toEqual(runs);
});

test("images that Maven and Gradle publish have the layers of cnb build with the same jar, and later builds use the caches", async () => {
  const ours = makersOf(await world.cnbBuild());
  const log = expectSuccess(await buildImage(maven, publish));
  expect(makersOf(await world.image("shop:1"))).toEqual(ours);
  expect(log).toContain('Restoring data for "libcnb/java-engine:jre" from cache');
  const { stdout: volumes } = await world.engine.docker("volume", "ls", "--format={{.Name}}");
  expect(volumes).toBe("shop-build\nshop-launch\n");
  expectSuccess(await world.gradle([inTask(gradle, `tags = ["${world.host}/shop:gradle"]`)], ["publish"]));
  expect(makersOf(await world.image("shop:gradle"))).toEqual(ours);
});

test("build-image passes a binding to the buildpacks, and writes tags, a creation time and caches in directories", async () => {
  const company = join(world.app, "bindings/company");
  await writeFiles(company, { type: "ca-certificates" });
  const certificate = ["-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "/dev/null", "-subj", "/CN=Company"];
  await execute("openssl", ["req", ...certificate, "-out", join(company, "root.pem")]);
  const [bindings = ""] = /<bindings>.*<\/bindings>/.exec(maven) ?? [];
  const cache = join(world.app, "cache");
  const plugin = inImage(maven, `${bindings}<tags><tag>${world.host}/shop:latest</tag></tags>`).replaceAll(
    /<volume><name>shop-(\w+)<\/name><\/volume>/g,
    `<bind><source>${cache}/$1</source></bind>`,
  );
  const created = "2026-01-02T03:04:05Z";
  expectSuccess(await buildImage(plugin, publish, `-Dspring-boot.build-image.createdDate=${created}`));
  const image = await world.image("shop:latest");
  expect(makersOf(image)).toEqual(makersOf(await world.image("shop:1")));
  expect(image.config.created).toBe(created);
  expect(labelsOf(image)["io.buildpacks.build.metadata"]).toContain('"id":"libcnb/ca-certificates"');
  expect(await readdir(join(cache, "build"))).toContain("committed");
});

test("a builder that only the Docker daemon has needs the pull policy IF_NOT_PRESENT", async () => {
  const [, pinned = ""] = /<builder>(.*)<\/builder>/.exec(maven) ?? [];
  await world.engine.docker("tag", pinned.replace(/:1@/, "@"), "shop-builder:local");
  const local = maven.replace(pinned, "shop-builder:local");
  const { exitCode, stdout } = await buildImage(local);
  expect({ exitCode, stdout }).toEqual({
    exitCode: 1,
    stdout: expect.stringContaining("docker.io/library/shop-builder"),
  });
  expectSuccess(await buildImage(local, "-Dspring-boot.build-image.pullPolicy=IF_NOT_PRESENT"));
});

test("podman's service builds the same image for build-image, and runs it", async () => {
  const podman = await startPodman(world.host);
  try {
    expectSuccess(await world.maven(maven, ["spring-boot:build-image-no-fork"], podman));
    const layers = ["image", "inspect", "--format={{json .RootFS.Layers}}", `${world.host}/shop:1`];
    const expected = (await world.cnbBuild()).layers.map(({ diffId }) => diffId);
    expect(JSON.parse((await podman.docker(...layers)).stdout)).toEqual(expected);
    expect((await runReference(podman, `${world.host}/shop:1`)).answer).toBe(runs.answer);
  } finally {
    await podman.stop();
  }
});

test("imagePlatform selects the images for arm64 in the indexes that cnb emit pins, and their lifecycle needs an emulator", async () => {
  await using foreign = await foreignWorld();
  await world.addPlatform(foreign);
  const plugin = withSocket(await world.emit("spring-maven", "all"));
  const { exitCode, stdout } = await buildImage(plugin, "-Dspring-boot.build-image.imagePlatform=linux/arm64");
  for (const input of [/<builder>.*:all@(.*)<\/builder>/, /<runImage>.*:all@(.*)<\/runImage>/]) {
    const [, digest = ""] = input.exec(plugin) ?? [];
    expect(stdout).toMatch(new RegExp(`Pulling .*:all@${digest}' for platform 'linux/arm64' 100%`));
  }
  expect(stdout).toContain(exitCode === 0 ? "Successfully built image" : "analyzer: exec format error");
}, 1_800_000);
