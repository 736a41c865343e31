// @needs docker, dockerd, podman, root, skopeo
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Engine, startDocker, startPodman } from "../../../test/support/service.ts";
import { writeImages } from "./image-io.ts";
import { openBlobStore } from "./layers/blob-store.ts";
import { createLayer } from "./layers/layer.ts";
import type { Image } from "./model/image.ts";
import { appendLayers, emptyImage, withConfig } from "./model/mutate.ts";
import { serializeImage } from "./model/serialize.ts";

/** The results of other tools for layouts and archives of images for two platforms. */

const dir = mkdtempSync(join(tmpdir(), "libcnb-load-"));
chmodSync(dir, 0o755);
let docker: Engine;
let podman: Engine;
beforeAll(async () => {
  [docker, podman] = await Promise.all([startDocker(), startPodman()]);
  for (const compression of ["gzip", "zstd"] as const) {
    const images = await Promise.all(["amd64", "arm64"].map((each) => imageOf(each, compression)));
    const name = `example.com/${compression}:1`;
    await writeImages({ images }, { kind: "oci", dir: join(dir, compression) }, { name });
    await writeImages({ images }, { kind: "docker-archive", file: join(dir, `${compression}.docker.tar`) }, { name });
    await writeImages({ images }, { kind: "oci-archive", file: join(dir, `${compression}.oci.tar`) }, { name });
    run("tar", "-C", `DIR/${compression}`, "-cf", `DIR/${compression}.layout.tar`, ".");
  }
});
afterAll(async () => {
  await Promise.all([docker, podman].map((engine) => engine?.stop()));
  rmSync(dir, { recursive: true, force: true });
});

async function imageOf(architecture: string, compression: "gzip" | "zstd"): Promise<Image> {
  const store = await openBlobStore(join(dir, "store"));
  const content = Buffer.from(`${architecture} ${compression}`);
  const layer = await createLayer([{ type: "file", path: "/arch", mode: 0o644, uid: 0, gid: 0, content }], store, {
    compression,
  });
  return withConfig(appendLayers(emptyImage({ os: "linux", architecture }), [{ layer }]), { Cmd: ["/arch"] });
}

function run(command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(
    command,
    args.map((arg) => arg.replace("DIR", dir)),
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
  return stdout;
}

type Compression = "gzip" | "zstd";
const id = async (architecture: string, compression: Compression) =>
  serializeImage(await imageOf(architecture, compression)).configDigest;

/** Loads an archive, and says which image has the name, and what is in it. */
async function loaded(engine: Engine, file: string, compression: Compression) {
  const { exitCode, stderr } = await engine.docker("load", "-i", join(dir, file));
  if (exitCode !== 0) return stderr.trim();
  const name = `example.com/${compression}:1`;
  const inspected = JSON.parse((await engine.docker("image", "inspect", name)).stdout)[0];
  const container = (await engine.docker("create", name)).stdout.trim();
  await engine.docker("cp", `${container}:/arch`, join(dir, "copied"));
  await engine.docker("rm", container);
  await engine.docker("rmi", name);
  return [inspected.Id.replace(/^(sha256:)?/, "sha256:"), readFileSync(join(dir, "copied"), "utf8")];
}

describe("the engine tags the image of its own platform", () => {
  test.for<[string, string, () => Engine, Compression]>([
    ["docker", "gzip.layout.tar", () => docker, "gzip"],
    ["docker", "gzip.docker.tar", () => docker, "gzip"],
    ["docker", "gzip.oci.tar", () => docker, "gzip"],
    ["docker", "zstd.docker.tar", () => docker, "zstd"],
    ["podman", "gzip.layout.tar", () => podman, "gzip"],
    ["podman", "gzip.oci.tar", () => podman, "gzip"],
    ["podman", "zstd.layout.tar", () => podman, "zstd"],
    ["podman", "zstd.docker.tar", () => podman, "zstd"],
  ])("after %s loads %s", async ([, file, engine, compression]) => {
    expect(await loaded(engine(), file, compression)).toEqual([await id("amd64", compression), `amd64 ${compression}`]);
  });
});

test("Docker before 23 fails to load zstd layers from an OCI layout archive", async () => {
  expect((await docker.docker("version", "--format", "{{.Server.Version}}")).stdout).toMatch(/^20\./);
  await docker.docker("image", "prune", "-f");
  expect(await loaded(docker, "zstd.layout.tar", "zstd")).toBe(
    "Error processing tar file(exit status 1): unexpected EOF",
  );
});

describe.for<Compression>(["gzip", "zstd"])("skopeo reads an index with layers compressed by %s", (compression) => {
  const name = `example.com/${compression}:1`;
  test("and selects the image of each platform", () => {
    const architecture = (wanted: string) =>
      JSON.parse(run("skopeo", "--override-arch", wanted, "inspect", `oci:DIR/${compression}:${name}`)).Architecture;
    expect([architecture("amd64"), architecture("arm64")]).toEqual(["amd64", "arm64"]);
  });

  test("and copies the index unchanged", () => {
    run(
      "skopeo",
      "--insecure-policy",
      "copy",
      "--all",
      `oci:DIR/${compression}:${name}`,
      `oci:DIR/copy-${compression}:x`,
    );
    run(
      "skopeo",
      "--insecure-policy",
      "copy",
      "--all",
      `oci-archive:DIR/${compression}.oci.tar`,
      `oci:DIR/copy-${compression}:y`,
    );
    const raw = (reference: string) => run("skopeo", "inspect", "--raw", reference);
    const [first, second] = ["x", "y"].map((tag) => raw(`oci:DIR/copy-${compression}:${tag}`));
    expect([first, second]).toEqual(Array.from({ length: 2 }, () => raw(`oci:DIR/${compression}:${name}`)));
  });

  test("and reads the docker archive by its image name", () => {
    const reference = `docker-archive:DIR/${compression}.docker.tar:${name}`;
    expect(JSON.parse(run("skopeo", "inspect", reference)).Architecture).toBe("amd64");
  });
});
