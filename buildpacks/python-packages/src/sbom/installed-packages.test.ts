import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FileMap, writeFiles } from "libcnb/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LockedPackage, Package } from "../package-manager.ts";
import { type InstalledEnvironment, installedPackages } from "./installed-packages.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "libcnb-sbom-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const markers = { python_version: "3.11", sys_platform: "linux", platform_system: "Linux", extra: "" };
const tags = ["cp311-cp311-manylinux_2_28_x86_64", "py3-none-any"];

/** The files of an installed package. */
const installed = (name: string, version: string, lines: readonly string[] = [], others: FileMap = {}): FileMap => {
  const folder = `${name.replaceAll("-", "_")}-${version}.dist-info`;
  const files = {
    METADATA: `Metadata-Version: 2.4\nName: ${name}\nVersion: ${version}\n${lines.join("\n")}\n\nText\n`,
    WHEEL: "Wheel-Version: 1.0\nTag: py3-none-any\n",
    ...others,
  };
  return Object.fromEntries(Object.entries(files).map(([file, text]) => [`${folder}/${file}`, text]));
};

async function packagesOf(files: FileMap, locked: readonly LockedPackage[] = []): Promise<readonly Package[]> {
  const sitePackages = await mkdtemp(join(dir, "site-packages-"));
  await mkdir(sitePackages, { recursive: true });
  await writeFiles(sitePackages, files);
  const project = {
    app: { dir: "/workspace" },
    dir: "",
    python: { version: "3.11.4", path: "", markers, tags: async () => tags },
  };
  const venv = { dir, python: "", sitePackages };
  return installedPackages({ venv, project } as unknown as InstalledEnvironment, locked);
}

const plain = { hashes: [], scope: "runtime", dependencies: [] } as const;
const locked = (name: string, more: Partial<LockedPackage> = {}): LockedPackage => ({
  name,
  version: "1.0",
  files: [],
  scope: "runtime",
  ...more,
});

test("installed packages are read from their metadata, and the app depends on those that no other package needs", async () => {
  const files = {
    ...installed("Typing_Extensions", "4.16.0", ["License-Expression: PSF-2.0"]),
    ...installed("anyio", "4.1", ["License: MIT", "Requires-Dist: typing_extensions>=4; python_version < '3.12'"]),
    ...installed("left.over", "1.0", [], { METADATA: "" }),
    "anyio/__init__.py": "",
    "README.txt": "",
  };
  expect(await packagesOf(files)).toEqual([
    { ...plain, name: "anyio", version: "4.1", licenses: ["MIT"], dependencies: ["typing-extensions"] },
    { ...plain, name: "app", version: "", role: "app", dependencies: ["anyio"] },
    { ...plain, name: "typing-extensions", version: "4.16.0", licenses: ["PSF-2.0"] },
  ]);
});

test("an installed package has the libraries that the SBOMs in its wheel list", async () => {
  const document = (name: string) => JSON.stringify({ bomFormat: "CycloneDX", components: [{ name }] });
  const files = installed("image-codecs", "1.0", [], {
    "sboms/b.cdx.json": document("libb"),
    "sboms/a.json": document("liba"),
    "sboms/large.json": " ".repeat(16 * 1024 ** 2) + document("large"),
    "sboms/folder.json/a": "",
    "sboms/link.json": "-> /dev/zero",
    "sboms/a.spdx": document("text"),
  });
  const library = { type: "library", scope: "required", dependencies: [] };
  expect(await packagesOf(files)).toEqual([
    { ...plain, name: "app", version: "", role: "app", dependencies: ["image-codecs"] },
    {
      ...plain,
      name: "image-codecs",
      version: "1.0",
      bundled: [
        { ...library, name: "liba" },
        { ...library, name: "libb" },
      ],
    },
  ]);
});

test("an installed package depends only on packages for this machine and for the requested extras", async () => {
  const files = {
    ...installed("server", "1.0", [
      "Requires-Dist: http",
      "Requires-Dist: colorama; sys_platform == 'win32'",
      'Requires-Dist: server[fast,logs]; extra == "all"',
      "Requires-Dist: loop; extra == 'fast' and sys_platform == 'linux'",
      'Requires-Dist: http[two]; extra == "logs"',
      'Requires-Dist: docs; extra == "docs"',
    ]),
    ...installed("http", "1.0", ['Requires-Dist: hpack; extra == "two"', "Requires-Dist: (nonsense"]),
    ...installed("loop", "1.0"),
    ...installed("hpack", "1.0"),
    ...installed("docs", "1.0"),
    ...installed("colorama", "1.0"),
  };
  const app = locked("shop", { role: "app", dependencies: ["server[all]", "docs"] });
  const needs = (await packagesOf(files, [app])).map(({ name, dependencies }) => [name, dependencies]);
  expect(needs).toEqual([
    ["colorama", []],
    ["docs", []],
    ["hpack", []],
    ["http", ["hpack"]],
    ["loop", []],
    ["server", ["http", "loop"]],
    ["shop", ["docs", "server"]],
  ]);
});

test("installed packages get their scope and the digest of their file from the lockfile", async () => {
  const file = (name: string | undefined, hash: string) => ({ name, hash });
  const lines = ["Requires-Dist: b"];
  const files = {
    ...installed("shop", "2.0", lines, {
      "direct_url.json": '{"url":"file:///workspace","dir_info":{"editable":true}}',
    }),
    ...installed("b", "1.0"),
  };
  const lock = [
    locked("Shop", { version: undefined, role: "app", dependencies: ["b", "pytest[x]", "gone"] }),
    locked("b", { files: [file("b-1.0.tar.gz", "sha256:1"), file("b-1.0-py3-none-any.whl", "sha256:2")] }),
    locked("B", { version: "2.0", files: [file("b-2.0-py3-none-any.whl", "sha256:3")] }),
    locked("pytest", { scope: "development", files: [file(undefined, "sha256:4")], dependencies: ["b"] }),
    locked("pywin32"),
  ];
  expect(await packagesOf(files, lock)).toEqual([
    { ...plain, name: "b", version: "1.0", hashes: ["sha256:2"] },
    { ...plain, name: "pytest", version: "1.0", scope: "development", hashes: ["sha256:4"], dependencies: ["b"] },
    { ...plain, name: "shop", version: "2.0", role: "app", dependencies: ["b", "pytest"] },
  ]);
});

const git = { url: "https://me:s3cret@git.test/b.git", vcs_info: { vcs: "git", commit_id: "1f2e" }, subdirectory: "b" };
test.for<[string, unknown, Partial<LockedPackage>, Partial<Package>]>([
  ["an index has no source", undefined, {}, {}],
  ["git has the commit's URL as its source", git, {}, { source: "git+https://git.test/b.git@1f2e#subdirectory=b" }],
  [
    "an archive has the archive's URL as its source",
    { url: "https://t0ken@archives.test/b.whl", archive_info: { hashes: { sha256: "ab" } } },
    { files: [{ name: undefined, hash: "sha256:cd" }] },
    { source: "https://archives.test/b.whl", hashes: ["sha256:ab"] },
  ],
  [
    "an archive that an old pip installed has the archive's URL as its source",
    { url: "https://a.test/b.whl", archive_info: { hash: "sha256=ab" } },
    {},
    { source: "https://a.test/b.whl", hashes: ["sha256:ab"] },
  ],
  [
    "a file of the app has its path in the app as its source",
    { url: "file:///workspace/libs/b%201.whl", archive_info: {} },
    {},
    { source: "libs/b 1.whl" },
  ],
  [
    "a file outside of the app has the file's name as its source",
    { url: "file:///tmp/x/b.whl", archive_info: {} },
    {},
    { source: "b.whl" },
  ],
  [
    "a directory of the app is a workspace member",
    { url: "file:///workspace/libs/b", dir_info: {} },
    {},
    { role: "workspace" },
  ],
  [
    "a URL in the lockfile has this URL as its source",
    undefined,
    { source: "https://archives.test/b.whl" },
    { source: "https://archives.test/b.whl" },
  ],
  [
    "a workspace in the lockfile is a workspace member",
    undefined,
    { role: "workspace", source: "libs/b" },
    { role: "workspace" },
  ],
  ["a malformed direct_url.json has no source", [], {}, {}],
])("in the SBOM of a Python app, a package from %s", async ([, direct, lock, expected]) => {
  const others: FileMap = direct === undefined ? {} : { "direct_url.json": JSON.stringify(direct) };
  const [app, b] = await packagesOf(installed("b", "1.0", [], others), [locked("b", lock)]);
  expect([app?.name, b]).toEqual(["app", { ...plain, name: "b", version: "1.0", ...expected }]);
});

test("malformed metadata of an installed package does not fail the build", async () => {
  const others = {
    "direct_url.json": "{",
    WHEEL: Buffer.from([0xff, 0xfe]),
    METADATA: "Name: b\r\nVersion: 1.0\r\n\r\nName: c",
  };
  expect((await packagesOf(installed("b", "1.0", [], others))).map(({ name }) => name)).toEqual(["app", "b"]);
});
