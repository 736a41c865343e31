import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import {
  archiveDirectory,
  archiveOf,
  created,
  demo,
  file,
  link,
  published,
  type RequestedPackage,
  served,
  sha256,
  type TestPackage,
} from "../../../test/support/images/debian-archive.ts";
import { openBlobStore } from "../oci/layers/blob-store.ts";
import { serializeImage } from "../oci/model/serialize.ts";
import { recordingReporter } from "../reporter.ts";
import { readTar } from "../tar/read.ts";

let dir: string;
beforeEach(async () => {
  dir = await archiveDirectory();
});

const filesOf = async (layer: { uncompressed(): AsyncIterable<Uint8Array> }) =>
  (await readTar(layer.uncompressed())).map(
    (entry) =>
      `${entry.mode.toString(8)} ${entry.uid}:${entry.gid} ${entry.path}${"target" in entry ? ` -> ${entry.target}` : ""}${entry.type === "directory" ? "/" : ""}`,
  );

const tool: TestPackage = {
  name: "tool",
  fields: "Depends: library",
  entries: [file("usr/bin/tool", "tool", 0o4755)],
  compress: "zst",
};
const library: TestPackage = {
  name: "library",
  entries: [file("lib/library.so", "so"), link("lib/library.so.1", "library.so")],
  compress: "",
};
describe("a build image and its run image", () => {
  test("share their first layer, and each image adds a layer with its own packages", async () => {
    const { build, run } = await created(await published(await archiveOf([demo, tool, library]), dir), dir, {
      build: ["tool"],
    });
    expect(build.layers[0]?.diffId).toBe(run.layers[0]?.diffId);
    expect(await filesOf(build.layers[0] as never)).toMatchInlineSnapshot(`
      [
        "777 0:0 bin -> usr/bin",
        "755 0:0 dev/",
        "755 0:0 etc/",
        "644 0:0 etc/group",
        "644 0:0 etc/hosts",
        "644 0:0 etc/nsswitch.conf",
        "777 0:0 etc/os-release -> ../usr/lib/os-release",
        "755 0:0 etc/ssl/",
        "755 0:0 etc/ssl/certs/",
        "644 0:0 etc/ssl/certs/ca-certificates.crt",
        "755 0:0 home/",
        "777 0:0 lib -> usr/lib",
        "777 0:0 lib64 -> usr/lib64",
        "755 0:0 media/",
        "755 0:0 mnt/",
        "755 0:0 opt/",
        "755 0:0 proc/",
        "700 0:0 root/",
        "755 0:0 run/",
        "1777 0:0 run/lock/",
        "777 0:0 sbin -> usr/sbin",
        "755 0:0 srv/",
        "755 0:0 sys/",
        "1777 0:0 tmp/",
        "755 0:0 usr/",
        "755 0:0 usr/bin/",
        "755 0:0 usr/bin/a-demo",
        "755 0:0 usr/bin/demo -> usr/bin/a-demo",
        "755 0:0 usr/lib/",
        "644 0:0 usr/lib/os-release",
        "755 0:0 usr/lib/ssl/",
        "777 0:0 usr/lib/ssl/cert.pem -> /etc/ssl/certs/ca-certificates.crt",
        "755 0:0 usr/lib64/",
        "755 0:0 usr/local/",
        "755 0:0 usr/local/bin/",
        "755 0:0 usr/local/lib/",
        "755 0:0 usr/local/sbin/",
        "755 0:0 usr/local/share/",
        "755 0:0 usr/sbin/",
        "755 0:0 usr/share/",
        "755 0:0 usr/share/ca-certificates/",
        "755 0:0 usr/share/ca-certificates/mozilla/",
        "644 0:0 usr/share/ca-certificates/mozilla/A.crt",
        "644 0:0 usr/share/ca-certificates/mozilla/B.crt",
        "755 0:0 usr/share/doc/",
        "755 0:0 usr/share/doc/demo/",
        "644 0:0 usr/share/doc/demo/copyright",
        "755 0:0 var/",
        "755 0:0 var/lib/",
        "755 0:0 var/lib/dpkg/",
        "755 0:0 var/lib/dpkg/status.d/",
        "644 0:0 var/lib/dpkg/status.d/demo",
        "644 0:0 var/lib/dpkg/status.d/demo.md5sums",
        "777 0:0 var/lock -> /run/lock",
        "777 0:0 var/run -> /run",
        "1777 0:0 var/tmp/",
      ]
    `);
    expect(await filesOf(build.layers[1] as never)).toMatchInlineSnapshot(`
      [
        "644 0:0 etc/passwd",
        "755 1001:1000 home/cnb/",
        "4755 0:0 usr/bin/tool",
        "644 0:0 usr/lib/library.so",
        "777 0:0 usr/lib/library.so.1 -> library.so",
        "644 0:0 var/lib/dpkg/status.d/library",
        "644 0:0 var/lib/dpkg/status.d/library.md5sums",
        "644 0:0 var/lib/dpkg/status.d/tool",
        "644 0:0 var/lib/dpkg/status.d/tool.md5sums",
      ]
    `);
    expect(await filesOf(run.layers[1] as never)).toMatchInlineSnapshot(`
      [
        "644 0:0 etc/passwd",
        "755 1002:1000 home/cnb/",
      ]
    `);
    expect(build.config).toMatchInlineSnapshot(`
      {
        "architecture": "amd64",
        "config": {
          "Env": [
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "CNB_USER_ID=1001",
            "CNB_GROUP_ID=1000",
            "CNB_STACK_ID=libcnb.base.test",
          ],
          "Labels": {
            "io.buildpacks.base.distro.name": "debian",
            "io.buildpacks.base.distro.version": "12",
            "io.buildpacks.base.id": "libcnb.base.test",
            "io.buildpacks.base.metadata": "{"packages":[{"name":"demo","version":"1.0-1"},{"name":"library","version":"1.0-1"},{"name":"tool","version":"1.0-1"}]}",
            "io.buildpacks.base.sbom": "sha256:a513b47a21cea3d798ebec7c98cc554b850e07b750f598ee8e834e4d8e6233aa",
            "io.buildpacks.stack.id": "libcnb.base.test",
            "io.buildpacks.stack.mixins": "["build:library","build:tool","demo"]",
          },
          "User": "1001:1000",
        },
        "created": "1980-01-01T00:00:01Z",
        "history": [
          {
            "created": "1980-01-01T00:00:01Z",
            "created_by": "cnb base create: packages of test in both images",
          },
          {
            "created": "1980-01-01T00:00:01Z",
            "created_by": "cnb base create: packages of this image, accounts",
          },
          {
            "created": "1980-01-01T00:00:01Z",
            "created_by": "cnb base create: SBOM of the packages",
          },
        ],
        "os": "linux",
        "rootfs": {
          "diff_ids": [
            "sha256:98116a881b08fa6cc8e904ddba2fb29b8fa55fcb68e621394622ee5f8fd292cc",
            "sha256:baea5b837fa49f602024217f4957dceaa91224fc704f95e0944f7f7e2ead6c5d",
            "sha256:a513b47a21cea3d798ebec7c98cc554b850e07b750f598ee8e834e4d8e6233aa",
          ],
          "type": "layers",
        },
      }
    `);
    expect(run.config).toMatchInlineSnapshot(`
      {
        "architecture": "amd64",
        "config": {
          "Env": [
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
          ],
          "Labels": {
            "io.buildpacks.base.distro.name": "debian",
            "io.buildpacks.base.distro.version": "12",
            "io.buildpacks.base.id": "libcnb.base.test",
            "io.buildpacks.base.metadata": "{"packages":[{"name":"demo","version":"1.0-1"}]}",
            "io.buildpacks.base.sbom": "sha256:7b5a5530434353ea580cd72a406cd1406c28c9f0cf77c30f37523432992b12bf",
            "io.buildpacks.rebasable": "true",
            "io.buildpacks.stack.id": "libcnb.base.test",
            "io.buildpacks.stack.mixins": "["demo"]",
          },
          "User": "1002:1000",
        },
        "created": "1980-01-01T00:00:01Z",
        "history": [
          {
            "created": "1980-01-01T00:00:01Z",
            "created_by": "cnb base create: packages of test in both images",
          },
          {
            "created": "1980-01-01T00:00:01Z",
            "created_by": "cnb base create: packages of this image, accounts",
          },
          {
            "created": "1980-01-01T00:00:01Z",
            "created_by": "cnb base create: SBOM of the packages",
          },
        ],
        "os": "linux",
        "rootfs": {
          "diff_ids": [
            "sha256:98116a881b08fa6cc8e904ddba2fb29b8fa55fcb68e621394622ee5f8fd292cc",
            "sha256:44c1fffeecb0e7cd85df3f4093e31630bf074d53b71ea117ab1c779dc16696fd",
            "sha256:7b5a5530434353ea580cd72a406cd1406c28c9f0cf77c30f37523432992b12bf",
          ],
          "type": "layers",
        },
      }
    `);
  });

  test("have all certificates of the packages in one sorted bundle", async () => {
    const { run } = await created(await published(await archiveOf([demo]), dir), dir);
    const entries = await readTar(
      (run.layers[0] as never as { uncompressed(): AsyncIterable<Uint8Array> }).uncompressed(),
    );
    const bundle = entries.find(({ path }) => path === "etc/ssl/certs/ca-certificates.crt");
    expect(bundle?.type === "file" && bundle.content.toString()).toBe("A\nB\n");
  });

  test("have the same digests if they are built in other directories or with packages in another order", async () => {
    const mirror = await published(await archiveOf([demo, tool, library]), dir);
    const digests = async (wanted: RequestedPackage, name: string) => {
      const options = { cacheDir: join(dir, name), store: await openBlobStore(join(dir, `${name}-blobs`)) };
      const { build, run } = await created(mirror, dir, { ...wanted, options });
      return [build, run].map((image) => serializeImage(image).manifestDigest);
    };
    const first = await digests({ packages: ["demo", "library"], build: ["tool"] }, "one");
    expect(await digests({ packages: ["library", "demo", "demo"], build: ["tool", "demo"] }, "two")).toEqual(first);
  });

  test("are built from an HTTP mirror that serves each file once, by hash if possible", async () => {
    const archive = await archiveOf([demo], { release: "Acquire-By-Hash: yes\n" });
    const index = archive.get("dists/test/main/binary-amd64/Packages.gz") as Uint8Array;
    const byHash = `dists/test/main/binary-amd64/by-hash/SHA256/${sha256(index)}`;
    archive.set(byHash, index);
    const { url, requests } = await served(archive);
    await created(url, dir);
    await created(url, dir);
    const deb = "pool/main/demo_1.0-1_amd64.deb";
    expect(requests).toEqual(["dists/test/InRelease", byHash, deb, "dists/test/InRelease"]);
  });

  test("are reused from the cache while the archive is unchanged, and rebuilt if a layer is missing", async () => {
    const { url } = await served(await archiveOf([demo]));
    const steps = async () => {
      const reporter = recordingReporter();
      const { run } = await created(url, dir, { options: { reporter } });
      return [reporter.lines.slice(1), serializeImage(run).manifestDigest] as const;
    };
    const [made, digest] = await steps();
    expect(made[0]).toBe("info: Fetching test/main (0.1 MB)");
    const recalled = ["info: The packages have not changed: the images for amd64 are taken from the cache"];
    expect(await steps()).toEqual([recalled, digest]);
    await rm(join(dir, "blobs"), { recursive: true });
    const again = ["step: Unpacking 1 packages for build and 1 for run, amd64"];
    expect(await steps()).toEqual([again, digest]);
  });

  test("are built from mirrors without by-hash directories", async () => {
    const { url, requests } = await served(await archiveOf([demo], { release: "Acquire-By-Hash: yes\n" }));
    await created(url, dir);
    expect(requests.at(-2)).toBe("dists/test/main/binary-amd64/Packages.gz");
  });

  test("are built with a new download if a cached package is damaged", async () => {
    const { url, requests } = await served(await archiveOf([demo]));
    const first = await created(url, dir);
    const cached = join(dir, "cache/debs", (await readdir(join(dir, "cache/debs")))[0] ?? "");
    await writeFile(cached, "damaged");
    await rm(join(dir, "cache/images"), { recursive: true });
    const second = await created(url, dir);
    expect(requests.filter((path) => path.startsWith("pool/"))).toHaveLength(2);
    expect(serializeImage(second.run).manifestDigest).toBe(serializeImage(first.run).manifestDigest);
  });
});

describe("a Debian package that replaces files of another package", () => {
  const old: TestPackage = { name: "a-old", entries: [file("usr/bin/x", "old")] };
  test.for<[string, TestPackage[], string]>([
    [
      "overwrites the files if it is unpacked later",
      [old, { name: "b-new", fields: "Replaces: a-old (<< 2)", entries: [file("usr/bin/x", "new")] }],
      "new",
    ],
    [
      "overwrites the files even if it is unpacked first",
      [{ name: "0-new", fields: "Replaces: a-old", entries: [file("usr/bin/x", "new")] }, old],
      "new",
    ],
  ])("%s", async ([, packages, content]) => {
    const { run } = await created(await published(await archiveOf(packages), dir), dir, {
      packages: packages.map(({ name }) => name),
    });
    const entries = await readTar(
      (run.layers[0] as never as { uncompressed(): AsyncIterable<Uint8Array> }).uncompressed(),
    );
    const found = entries.find(({ path }) => path === "usr/bin/x");
    expect(found?.type === "file" && found.content.toString()).toBe(content);
  });
});
