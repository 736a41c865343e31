import { rebuild } from "libcnb/testing";
import { expect, test } from "vitest";
import buildpack from "../buildpack.ts";
import { describeConformance } from "../package-manager.conformance.ts";
import { builder, expectLocking, outcomeOf } from "../test-cases.ts";
import { packageIndex } from "../test-index.ts";

const pyproject = (dependency: string): string => `[project]
name = "app"
version = "1.0.0"
requires-python = ">=3.10"
dependencies = ["${dependency}"]

[dependency-groups]
dev = ["iniconfig==2.1.0"]

[tool.poetry]
package-mode = false
`;

const locked = (name: string, version: string, group: string, digest: string): string => `[[package]]
name = "${name}"
version = "${version}"
description = ""
optional = false
python-versions = ">=3.8"
groups = ["${group}"]
files = [
    {file = "${name}-${version}-py3-none-any.whl", hash = "sha256:${digest}"},
]

`;

const iniconfigDigest = "9deba5723312380e77435581c6bf4935c94cbfab9b1ed33ef8d238ea168eb760";
const lockfile = (
  dependency: string,
  digest: string,
): string => `${locked("iniconfig", "2.1.0", "dev", iniconfigDigest)}${dependency}[metadata]
lock-version = "2.1"
python-versions = ">=3.10"
content-hash = "${digest}"
`;

const itsdangerous = locked(
  "itsdangerous",
  "2.2.0",
  "main",
  "c6242fc49e35958c8b15141343aa660db5fc54d4f13a1db01a3f5891b98700ef",
);
const blinker = locked("blinker", "1.9.0", "main", "ba0efaa9080b619ff2f3459d1d500c57bddea4a6b424b60a91141db6fd2f08bc");

const simple = {
  "pyproject.toml": pyproject("itsdangerous==2.2.0"),
  "poetry.lock": lockfile(itsdangerous, "c69cb0841f089d02cb2a3fed3c785c06bb4187899b2839ea564916af3b8c706d"),
};

// Poetry asks the public index in a way that mirrors of it do not know
const env = { PIP_INDEX_URL: await packageIndex() };

describeConformance("Poetry", {
  simple,
  changed: {
    "pyproject.toml": pyproject("blinker==1.9.0"),
    "poetry.lock": lockfile(blinker, "8ddffd8ed5d65dc9e426b7286f6320e9e6c7d4a20cb0fa5dcc645bbc25253158"),
  },
  change: "poetry.lock changed, pyproject.toml changed",
  credentials: { "poetry.toml": '[http-basic.private]\nusername = "me"\npassword = "s3cret"\n' },
  env,
});

test(
  "Poetry installs groups, works without a lockfile, and refuses an outdated lockfile",
  {
    timeout: 600_000,
  },
  () =>
    expectLocking(env, {
      title: "Poetry",
      app: simple,
      lockfile: "poetry.lock",
      manifest: "pyproject.toml",
      lock: "poetry lock",
      open: simple["pyproject.toml"].replace("==", "~="),
      stale: pyproject("itsdangerous>=2"),
    }),
);

test("Poetry installs an app that is a package as editable, so a code change does not install again", {
  timeout: 600_000,
}, async () => {
  const app = {
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1.0.0"\n[tool.poetry]\n',
    "shop/__init__.py": "",
  };
  const first = await (await builder(env))(app);
  expect(outcomeOf(first, app)).toEqual({ packages: ["shop-1.0.0"], added: [] });
  const next = await rebuild(buildpack, first, { app: { ...app, "shop/__init__.py": "changed = True\n" } });
  expect(next.log).toContain("Reusing the dependencies of the last build: nothing that affects them has changed");
});
