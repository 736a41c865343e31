import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import {
  archiveDirectory,
  archiveOf,
  created,
  file,
  filesOf,
  folder,
  listed,
  published,
  type RequestedPackage,
  type TestPackage,
} from "../../../test/support/images/debian-archive.ts";
import { writeImage } from "../oci/image-io.ts";
import { openBlobStore } from "../oci/layers/blob-store.ts";
import { createLayer } from "../oci/layers/layer.ts";
import type { Image } from "../oci/model/image.ts";
import { appendLayers, emptyImage, withConfig } from "../oci/model/mutate.ts";
import type { TarEntry } from "../tar/entry.ts";

let dir: string;
beforeEach(async () => {
  dir = await archiveDirectory();
});

const osRelease = 'PRETTY_NAME="Test 12"\nID=debian\nVERSION_ID="12"\nVERSION_CODENAME=test\n';
const stanza = (name: string, version: string, status = "install ok installed") =>
  `Package: ${name}\nStatus: ${status}\nArchitecture: amd64\nVersion: ${version}\n`;

/** The contents of another publisher's base image of the distribution, in two layers. */
const below: readonly (readonly TarEntry[])[] = [
  [
    folder("bin"),
    file("bin/old", "old", 0o755),
    file("etc/os-release", osRelease),
    file("etc/passwd", "root:x:0:0:root:/root:/bin/bash\nubuntu:x:1000:1000::/home/ubuntu:/bin/bash\n"),
    file("etc/group", "root:x:0:\nubuntu:x:1000:\n"),
    file("etc/alternatives.conf", "by a maintainer script"),
    file("usr/lib/l.so", "below"),
    file(
      "var/lib/dpkg/status",
      `${stanza("library", "1.0-1")}Provides: libvirtual\n\n${stanza("gone", "1", "deinstall ok config-files")}`,
    ),
    file("var/lib/dpkg/info/library:amd64.list", "/.\n/usr\n/usr/lib\n/usr/lib/l.so\n"),
    file("etc/ssl/certs/ca-certificates.crt", "-----BEGIN CERTIFICATE-----\nQQ==\n-----END CERTIFICATE-----\n"),
  ],
  [file("bin/.wh.old", ""), file("bin/new", "new", 0o755)],
];

async function imageOf(layers: readonly (readonly TarEntry[])[], architecture = "amd64"): Promise<Image> {
  const store = await openBlobStore(join(dir, "blobs"));
  const appended = [];
  for (const entries of layers) appended.push({ layer: await createLayer(entries, store) });
  return withConfig(appendLayers(emptyImage({ os: "linux", architecture }), appended), {
    Env: ["PATH=/bin", "LANG=C"],
    Entrypoint: ["/bin/new"],
    Labels: { vendor: "x", "io.buildpacks.stack.mixins": '["library"]' },
  });
}

const library: TestPackage = { name: "library", version: "2.0-1", entries: [file("usr/lib/l.so", "newer")] };
const tool: TestPackage = {
  name: "tool",
  fields: "Depends: library, libvirtual",
  entries: [file("bin/tool", "t", 0o755), file("etc/alternatives.conf", "the package's")],
};
const modern: TestPackage = { name: "modern", fields: "Depends: library (>= 2)", entries: [] };
const thief: TestPackage = { name: "thief", entries: [file("usr/lib/l.so", "stolen")] };

async function extended(image: Image, wanted: RequestedPackage = {}) {
  await writeImage(image, { kind: "oci", dir: join(dir, "below") });
  const mirror = await published(await archiveOf([library, tool, modern, thief]), dir);
  const { flags, ...others } = wanted;
  return created(mirror, dir, { packages: ["tool"], flags: { extend: `oci:${dir}/below`, ...flags }, ...others });
}

describe("an image that is extended with packages", () => {
  test("keeps its layers and gets one more layer with missing packages and dpkg's records", async () => {
    const image = await imageOf(below);
    const { build, run } = await extended(image);
    expect(run.layers.slice(0, 2).map(({ diffId }) => diffId)).toEqual(image.layers.map(({ diffId }) => diffId));
    expect(build.layers[2]?.diffId).toBe(run.layers[2]?.diffId);
    const added = [...(await listed(run.layers[2])), ...(await listed(run.layers[3]))];
    expect(added.filter((line) => !line.endsWith("/"))).toEqual([
      "755 0:0 bin/tool",
      "644 0:0 etc/alternatives.conf",
      "644 0:0 etc/hosts",
      "644 0:0 etc/nsswitch.conf",
      "777 0:0 usr/lib/ssl/cert.pem -> /etc/ssl/certs/ca-certificates.crt",
      "644 0:0 var/lib/dpkg/available",
      "644 0:0 var/lib/dpkg/info/format",
      "644 0:0 var/lib/dpkg/info/tool.list",
      "644 0:0 var/lib/dpkg/info/tool.md5sums",
      "755 0:0 var/lib/dpkg/info/tool.postinst",
      "644 0:0 var/lib/dpkg/status",
      "777 0:0 var/lock -> /run/lock",
      "777 0:0 var/run -> /run",
      "644 0:0 etc/passwd",
    ]);
    expect((await filesOf(run))["var/lib/dpkg/status"]).toBe(
      `${stanza("library", "1.0-1")}Provides: libvirtual\n\n${stanza("gone", "1", "deinstall ok config-files")}\n` +
        "Package: tool\nStatus: install ok installed\nVersion: 1.0-1\nArchitecture: amd64\nDepends: library, libvirtual\n",
    );
  });

  test("keeps its own settings and gets the settings of a base image", async () => {
    const { run } = await extended(await imageOf(below), { flags: { label: ["vendor=y"] } });
    const { Labels, ...config } = run.config.config ?? {};
    expect(config).toEqual({ Entrypoint: ["/bin/new"], Env: ["PATH=/bin", "LANG=C"], User: "1002:1000" });
    const { "io.buildpacks.base.sbom": sbom, ...labels } = Labels ?? {};
    expect(labels).toEqual({
      "io.buildpacks.base.distro.name": "debian",
      "io.buildpacks.base.distro.version": "12",
      "io.buildpacks.base.id": "libcnb.base.test",
      "io.buildpacks.base.metadata":
        '{"packages":[{"name":"library","version":"1.0-1"},{"name":"tool","version":"1.0-1"}]}',
      "io.buildpacks.rebasable": "true",
      "io.buildpacks.stack.id": "libcnb.base.test",
      "io.buildpacks.stack.mixins": '["library","tool"]',
      vendor: "y",
    });
    expect(sbom).toBe(run.layers.at(-1)?.diffId);
    const files = await filesOf(run);
    expect([files["etc/passwd"], files["./etc/group"]]).toEqual([
      "root:x:0:0:root:/root:/bin/bash\nubuntu:x:1000:1000::/home/ubuntu:/bin/bash\ncnb:*:1002:1000::/home/cnb:/usr/sbin/nologin\n",
      "root:x:0:\nubuntu:x:1000:\n",
    ]);
    const purls = JSON.parse(files["cnb/sbom/bom.cdx.json"] ?? "").components.map(
      ({ purl }: { purl?: string }) => purl,
    );
    expect(purls).toEqual([
      undefined,
      "pkg:deb/debian/library@1.0-1?arch=amd64&distro=debian-12",
      "pkg:deb/debian/tool@1.0-1?arch=amd64&distro=debian-12",
    ]);
  });

  test("can get certificates without getting packages", async () => {
    const { run } = await extended(await imageOf(below), { packages: [], loaded: { certificates: ["CERT"] } });
    expect((await filesOf(run))["etc/ssl/certs/ca-certificates.crt"]).toBe(
      "-----BEGIN CERTIFICATE-----\nQQ==\n-----END CERTIFICATE-----\nCERT\n",
    );
  });

  test("can be distroless", async () => {
    const records = below.map((entries) =>
      entries
        .filter(({ path }) => !path.startsWith("./var/lib/dpkg/"))
        .concat(
          file("var/lib/dpkg/status.d/library", stanza("library", "1.0-1").replace(/Status.*\n/, "")),
          file("var/lib/dpkg/status.d/library.md5sums", `${"0".repeat(32)}  usr/lib/l.so\n`),
        ),
    );
    const { run } = await extended(await imageOf(records), {
      packages: ["library"],
      flags: { variant: "distroless" },
    });
    expect(Object.keys(await filesOf(run)).filter((path) => path.includes("dpkg"))).toEqual([
      "./var/lib/dpkg/status.d/library",
      "./var/lib/dpkg/status.d/library.md5sums",
    ]);
  });

  test.for<[string, RequestedPackage, string, string]>([
    [
      "a package that needs a newer version of an installed package",
      { packages: ["modern"] },
      "BASE_DEPENDENCY_UNSATISFIABLE",
      "the packages cannot be installed:\n  modern 1.0-1 needs library (>= 2): library 1.0-1 is already selected",
    ],
    [
      "a package with a file that another package already contains",
      { packages: ["thief"] },
      "BASE_FILE_CONFLICT",
      "packages contain different files with the same path:\n  /usr/lib/l.so is in library and in thief",
    ],
  ])("is refused if the request contains %s", async ([, wanted, code, message]) => {
    await expect(extended(await imageOf(below), wanted)).rejects.toMatchObject({ code, message });
  });

  test.for<[string, (entries: readonly TarEntry[]) => readonly TarEntry[], string]>([
    [
      "its release of the distribution differs from that of the packages",
      (entries) => [...entries, file("etc/os-release", osRelease.replace("=test", "=other").replace("12", "11"))],
      "oci:DIR/below is based on Test 11 (other), but the packages are for test",
    ],
    [
      "its distribution differs from that of the packages",
      (entries) => [...entries, file("etc/os-release", "ID=arch\n")],
      "oci:DIR/below is based on arch, but the packages are for test",
    ],
    [
      "it has no dpkg records",
      (entries) => entries.filter(({ path }) => !path.includes("dpkg")),
      "oci:DIR/below has no dpkg database: it is not an image of Debian or a derived distribution",
    ],
  ])("is refused if %s", async ([, change, message]) => {
    const error = await extended(await imageOf(below.map(change))).catch((reason: Error) => reason);
    expect(error).toMatchObject({ code: "BASE_EXTEND_UNSUPPORTED" });
    expect(error instanceof Error && error.message.replaceAll(dir, "DIR")).toBe(message);
  });

  test("is refused if its architecture differs", async () => {
    await expect(extended(await imageOf(below, "arm64"))).rejects.toMatchObject({
      code: expect.stringMatching(/^(BASE_EXTEND_UNSUPPORTED|IMAGE_PLATFORM_MISMATCH)$/),
    });
  });
});
