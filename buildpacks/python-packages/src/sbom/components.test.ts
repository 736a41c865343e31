import { expect, test } from "vitest";
import type { Package } from "../package-manager.ts";
import { appComponent, components, packagesSbom } from "./components.ts";
import { checksumsOf } from "./installed-file.ts";

const sha256 = "ab".repeat(32);
const plain = { version: "1.0", hashes: [], scope: "runtime", dependencies: [] } as const;
const a: Package = {
  ...plain,
  name: "a",
  licenses: ["MIT"],
  hashes: [`sha256:${sha256}`],
  dependencies: ["b", "lib", "gone"],
};
const packages: readonly Package[] = [
  a,
  { ...plain, name: "b", source: "git+https://me:s3cret@git.test/b.git@1f2e#subdirectory=b", dependencies: ["a"] },
  { ...plain, name: "lib", role: "workspace" },
  { ...plain, name: "shop", role: "app", version: "2.0", dependencies: ["a", "tool"] },
  { ...plain, name: "tool", scope: "development", dependencies: ["vendored"] },
  { ...plain, name: "vendored", scope: "optional", source: "vendor/vendored-1.0-py3-none-any.whl" },
];

test("an SBOM component has all known metadata of its package", () => {
  const git = "pkg:pypi/b@1.0?vcs_url=git%2Bhttps%3A%2F%2Fgit.test%2Fb.git%401f2e%23subdirectory%3Db";
  const library = { type: "library", version: "1.0", scope: "required" };
  expect(components(packages)).toEqual([
    {
      ...library,
      name: "a",
      purl: "pkg:pypi/a@1.0",
      licenses: ["MIT"],
      checksums: { sha256 },
      dependencies: [git, "lib@1.0"],
    },
    {
      ...library,
      name: "b",
      purl: git,
      downloadUrl: "git+https://git.test/b.git@1f2e#subdirectory=b",
      dependencies: ["pkg:pypi/a@1.0"],
    },
    { ...library, name: "lib", dependencies: [] },
    {
      ...library,
      name: "tool",
      purl: "pkg:pypi/tool@1.0",
      scope: "excluded",
      dependencies: ["pkg:pypi/vendored@1.0?file_name=vendored-1.0-py3-none-any.whl"],
    },
    {
      ...library,
      name: "vendored",
      purl: "pkg:pypi/vendored@1.0?file_name=vendored-1.0-py3-none-any.whl",
      scope: "optional",
      dependencies: [],
    },
  ]);
  const app = { type: "application", name: "shop", version: "2.0", scope: "required" };
  expect(appComponent(packages)).toEqual({ ...app, dependencies: ["pkg:pypi/a@1.0", "pkg:pypi/tool@1.0"] });
});

test("the SBOM lists a library bundled in several packages once, as a dependency of each", () => {
  const crate = {
    type: "library",
    name: "libc",
    version: "0.2",
    purl: "pkg:cargo/libc@0.2",
    dependencies: [],
  } as const;
  const openssl = { name: "openssl", version: "3.5", dependencies: [crate.purl] };
  const installed = { name: "a", purl: "pkg:pypi/a@1.0", dependencies: [] };
  const made: readonly Package[] = [
    { ...plain, name: "a", bundled: [openssl, crate] },
    { ...plain, name: "b", scope: "optional", dependencies: ["a"], bundled: [crate, installed] },
    { ...plain, name: "c", bundled: [{ ...crate, dependencies: ["openssl@3.5"] }, openssl] },
    { ...plain, name: "shop", role: "app", bundled: [{ name: "own", dependencies: [] }] },
  ];
  const library = { type: "library", version: "1.0", scope: "required" };
  expect(components(made)).toEqual([
    { ...library, name: "a", purl: "pkg:pypi/a@1.0", dependencies: ["openssl@3.5"] },
    {
      ...library,
      name: "b",
      purl: "pkg:pypi/b@1.0",
      scope: "optional",
      dependencies: ["pkg:pypi/a@1.0", "pkg:cargo/libc@0.2"],
    },
    { ...library, name: "c", purl: "pkg:pypi/c@1.0", dependencies: ["pkg:cargo/libc@0.2", "openssl@3.5"] },
    { ...openssl, scope: "required" },
    { ...crate, scope: "required", dependencies: ["openssl@3.5"] },
    { name: "own", scope: "required", dependencies: [] },
  ]);
});

test("the image's SBOM lists no development packages, and the build's SBOM lists all packages", () => {
  const { launch, build } = packagesSbom(packages);
  const names = [launch, build].map(([sbom]) =>
    sbom !== undefined && "components" in sbom ? sbom.components.map(({ name }) => name) : [],
  );
  expect(names).toEqual([
    ["a", "b", "lib", "vendored"],
    ["a", "b", "lib", "tool", "vendored"],
  ]);
});

test.for<[string, readonly string[], Readonly<Record<string, string>>]>([
  [
    "known algorithms, in lower case",
    [`sha256:${sha256.toUpperCase()}`, `md5:${"0".repeat(32)}`],
    { sha256, md5: "0".repeat(32) },
  ],
  ["no algorithm with two digests", [`sha256:${sha256}`, `sha256:${"cd".repeat(32)}`], {}],
  [
    "neither malformed digests nor unknown algorithms",
    ["sha256:short", "blake2:00", "constructor:00", "", `sha256:${"z".repeat(64)}`],
    {},
  ],
])("the checksums in the SBOM have %s", ([, hashes, expected]) => {
  expect(checksumsOf(hashes)).toEqual(expected);
});
