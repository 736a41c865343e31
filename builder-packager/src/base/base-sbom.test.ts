import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import {
  archiveOf,
  created,
  file,
  listed,
  published,
  type TestPackage,
} from "../../../test/support/images/debian-archive.ts";
import { licensesIn } from "./packages/licenses.ts";
import { writeSboms } from "./sbom-output.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "cnb-base-"));
  return () => rm(dir, { recursive: true, force: true });
});

const copyright =
  "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: GPL-2+\n\nFiles: x\nLicense: Expat\n";
const libc: TestPackage = {
  name: "libc6",
  version: "1:2.36-9+deb12u1",
  fields:
    "Source: glibc (2.36-9)\nMaintainer: GNU Libc Maintainers <x@example.test>\nDescription: GNU C Library\n Long text.\nProvides: libc6-virtual",
  entries: [
    file("etc/os-release", 'PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\nVERSION_ID="12"\n'),
    file("usr/share/doc/libc6/copyright", copyright),
  ],
};
const tool: TestPackage = {
  name: "tool",
  fields: "Pre-Depends: libc6-virtual\nDepends: libc6 (>= 1), mawk | awk",
  entries: [],
};
const mawk: TestPackage = { name: "mawk", entries: [] };

async function sbomsOf(name: string): Promise<Readonly<Record<string, string>>> {
  const mirror = await published(await archiveOf([libc, tool, mawk]), dir);
  const { images, run } = await created(mirror, dir, { packages: ["libc6"], run: ["tool"] });
  const label = run.config.config?.Labels?.["io.buildpacks.base.sbom"];
  expect(label).toBe(run.layers.at(-1)?.diffId);
  expect(await listed(run.layers.at(-1))).toEqual([
    "755 0:0 cnb/",
    "755 0:0 cnb/sbom/",
    "644 0:0 cnb/sbom/bom.cdx.json",
    "644 0:0 cnb/sbom/bom.spdx.json",
    "644 0:0 cnb/sbom/bom.syft.json",
  ]);
  await writeSboms(images, join(dir, "sbom"));
  const files = (await readdir(join(dir, "sbom"))).filter((file) => file.startsWith(name));
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, await readFile(join(dir, "sbom", file), "utf8")] as const)),
  );
}

test("the SBOM of a base image lists each Debian package with its source, licenses, checksum and dependencies", async () => {
  const files = await sbomsOf("run");
  expect(Object.keys(files)).toEqual(["run-amd64.cdx.json", "run-amd64.spdx.json", "run-amd64.syft.json"]);
  const { components, dependencies } = JSON.parse(files["run-amd64.cdx.json"] ?? "");
  const purl = "pkg:deb/debian/libc6@1:2.36-9%2Bdeb12u1?arch=amd64&distro=debian-12&upstream=glibc%402.36-9";
  expect(components.slice(0, 2)).toEqual([
    { type: "operating-system", name: "debian", version: "12", "bom-ref": "debian@12" },
    {
      type: "library",
      name: "libc6",
      version: "1:2.36-9+deb12u1",
      "bom-ref": purl,
      purl,
      description: "GNU C Library",
      supplier: { name: "GNU Libc Maintainers" },
      licenses: [{ license: { id: "GPL-2.0-or-later" } }, { license: { id: "MIT" } }],
      hashes: [{ alg: "SHA-256", content: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    },
  ]);
  const needs = dependencies.find(({ ref }: { ref: string }) => ref.includes("/tool@"));
  expect(needs.dependsOn).toEqual([purl, "pkg:deb/debian/mawk@1.0-1?arch=amd64&distro=debian-12"]);
  const { distro, artifacts } = JSON.parse(files["run-amd64.syft.json"] ?? "");
  expect(distro).toEqual({ prettyName: "Debian GNU/Linux 12", name: "debian", id: "debian", versionID: "12" });
  expect(artifacts.map(({ name, type }: Record<string, string>) => `${name} ${type}`)).toEqual([
    "libc6 deb",
    "mawk deb",
    "tool deb",
  ]);
});

describe("licenses in a copyright file of a Debian package are found", () => {
  test.for<[string, string, string[]]>([
    ["in its License fields", copyright, ["GPL-2.0-or-later", "MIT"]],
    [
      "under Debian's license names",
      "Format: x\nLicense: LGPL-2.1\nLicense: GPL-3.0+ or Artistic\nLicense: BSD-3-clause\nLicense: public-domain\nLicense: GFDL-1.3\nLicense:\n text",
      ["BSD-3-clause", "GFDL-1.3-only", "GPL-3.0-or-later OR Artistic-1.0-Perl", "LGPL-2.1-only", "public-domain"],
    ],
    [
      "in references to /usr/share/common-licenses",
      "On Debian, see /usr/share/common-licenses/GPL-2, and `/usr/share/common-licenses/Apache-2.0'.",
      ["Apache-2.0", "GPL-2.0-only"],
    ],
    ["only if the file names a license", "Copyright 2020 somebody", []],
  ])("%s", ([, text, licenses]) => {
    expect(licensesIn(text)).toEqual(licenses);
  });
});
