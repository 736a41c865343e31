import { expect, test } from "vitest";
import type { Package } from "../package-manager.ts";
import { appComponent, components, packagesSbom } from "./components.ts";

const sha512 = "ab".repeat(64);
const integrity = `sha512-${Buffer.from(sha512, "hex").toString("base64")}`;
const a = {
  name: "@s/a",
  version: "1.0.0",
  scope: "runtime",
  dependencies: ["b@2.0.0", "other-system@1.0.0"],
} as const;
const b = { name: "b", version: "2.0.0", scope: "runtime", dependencies: ["@s/a@1.0.0"] } as const;

test("the SBOM component of a package has all the metadata in the lockfile", () => {
  const given: Package = { ...a, license: "MIT", integrity: `sha1-x ${integrity}` };
  expect(components([b, given])).toEqual([
    {
      type: "library",
      group: "@s",
      name: "a",
      version: "1.0.0",
      purl: "pkg:npm/%40s/a@1.0.0",
      scope: "required",
      licenses: ["MIT"],
      checksums: { sha512 },
      dependencies: ["pkg:npm/b@2.0.0"],
    },
    {
      type: "library",
      name: "b",
      version: "2.0.0",
      purl: "pkg:npm/b@2.0.0",
      scope: "required",
      dependencies: ["pkg:npm/%40s/a@1.0.0"],
    },
  ]);
});

test.for<[string, Partial<Package>, string | undefined, string | undefined]>([
  ["a registry gets a Package URL without a source", {}, "pkg:npm/%40s/a@1.0.0", undefined],
  [
    "a git repository gets a Package URL with the URL of the repository",
    { source: "git+ssh://git.test/a.git#1f2e" },
    "pkg:npm/%40s/a@1.0.0?vcs_url=git%2Bssh%3A%2F%2Fgit.test%2Fa.git%231f2e",
    "git+ssh://git.test/a.git#1f2e",
  ],
  [
    "an archive gets a Package URL with the URL of the archive",
    { source: "https://archives.test/a.tgz" },
    "pkg:npm/%40s/a@1.0.0?download_url=https%3A%2F%2Farchives.test%2Fa.tgz",
    "https://archives.test/a.tgz",
  ],
  [
    "a git repository in short SSH notation gets a Package URL with the URL of the repository",
    { source: "git@git.test:me/a.git#1f2e" },
    "pkg:npm/%40s/a@1.0.0?vcs_url=git%2Bssh%3A%2F%2Fgit.test%2Fme%2Fa.git%231f2e",
    "git+ssh://git.test/me/a.git#1f2e",
  ],
  [
    "a git repository over HTTPS gets a Package URL with the URL of the repository",
    { source: "https://git.test/a.git#commit=1f2e" },
    "pkg:npm/%40s/a@1.0.0?vcs_url=git%2Bhttps%3A%2F%2Fgit.test%2Fa.git%23commit%3D1f2e",
    "git+https://git.test/a.git#commit=1f2e",
  ],
  [
    "a git repository gets a Package URL with the URL of the repository but without the token",
    { source: "git+https://s3cret:x-oauth-basic@git.test/a.git#1f2e" },
    "pkg:npm/%40s/a@1.0.0?vcs_url=git%2Bhttps%3A%2F%2Fgit.test%2Fa.git%231f2e",
    "git+https://git.test/a.git#1f2e",
  ],
  [
    "an archive gets a Package URL with the URL of the archive but without the password",
    { source: "https://me:s3cret@archives.test/a.tgz" },
    "pkg:npm/%40s/a@1.0.0?download_url=https%3A%2F%2Farchives.test%2Fa.tgz",
    "https://archives.test/a.tgz",
  ],
  [
    "an unparsable address gets no download URL",
    { source: "a b" },
    "pkg:npm/%40s/a@1.0.0?download_url=a%20b",
    undefined,
  ],
  ["a workspace gets neither a Package URL nor a download URL", { role: "workspace" }, undefined, undefined],
])("in the SBOM, a package from %s", ([, given, purl, downloadUrl]) => {
  const found = components([{ ...a, ...given }]).map((each) => [each.purl, each.downloadUrl]);
  expect(found).toEqual([[purl, downloadUrl]]);
});

const app: Package = { role: "app", name: "app", version: "", scope: "runtime", dependencies: ["b@2.0.0", "ms@2.1.3"] };
const tool: Package = { name: "tool", version: "1.0.0", scope: "development", dependencies: ["b@1.0.0", "ms@2.1.3"] };
const packages: readonly Package[] = [
  tool,
  { ...b, version: "1.0.0", scope: "development", dependencies: [] },
  { name: "ms", version: "2.1.3", scope: "development", dependencies: [] },
  { name: "ms", version: "2.1.3", scope: "optional", dependencies: [] },
  b,
  a,
  app,
];
const brief = (given: readonly Package[]) =>
  components(given).map(({ purl, scope, dependencies }) => [purl, scope, dependencies]);

test("the SBOM lists a package that is installed twice once, with its strongest scope, and lists different versions separately", () => {
  expect(brief(packages)).toEqual([
    ["pkg:npm/%40s/a@1.0.0", "required", ["pkg:npm/b@2.0.0"]],
    ["pkg:npm/b@1.0.0", "excluded", []],
    ["pkg:npm/b@2.0.0", "required", ["pkg:npm/%40s/a@1.0.0"]],
    ["pkg:npm/ms@2.1.3", "optional", []],
    ["pkg:npm/tool@1.0.0", "excluded", ["pkg:npm/b@1.0.0", "pkg:npm/ms@2.1.3"]],
  ]);
  expect(brief(packages.toReversed())).toEqual(brief(packages));
});

test("the SBOM describes the app with its dependencies", () => {
  expect(appComponent(packages)).toEqual({
    type: "application",
    name: "app",
    scope: "required",
    dependencies: ["pkg:npm/b@2.0.0", "pkg:npm/ms@2.1.3"],
  });
  expect(appComponent([a])).toBeUndefined();
});

test("the image's SBOM lists no development packages, and the build's SBOM lists all packages", () => {
  const { launch, build } = packagesSbom(packages);
  const names = [launch, build].map(([sbom]) =>
    sbom !== undefined && "components" in sbom ? sbom.components.map(({ purl }) => purl) : [],
  );
  const all = brief(packages).map(([purl]) => purl);
  expect(names).toEqual([["pkg:npm/%40s/a@1.0.0", "pkg:npm/b@2.0.0", "pkg:npm/ms@2.1.3"], all]);
});
