import { describeConformance } from "../package-manager.conformance.ts";
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

const lockfile = (dependency: string, digest: string): string => `[[package]]
name = "iniconfig"
version = "2.1.0"
description = "brain-dead simple config-ini parsing"
optional = false
python-versions = ">=3.8"
groups = ["dev"]
files = [
    {file = "iniconfig-2.1.0-py3-none-any.whl", hash = "sha256:9deba5723312380e77435581c6bf4935c94cbfab9b1ed33ef8d238ea168eb760"},
]

${dependency}
[metadata]
lock-version = "2.1"
python-versions = ">=3.10"
content-hash = "${digest}"
`;

const itsdangerous = `[[package]]
name = "itsdangerous"
version = "2.2.0"
description = "Safely pass data to untrusted environments and back."
optional = false
python-versions = ">=3.8"
groups = ["main"]
files = [
    {file = "itsdangerous-2.2.0-py3-none-any.whl", hash = "sha256:c6242fc49e35958c8b15141343aa660db5fc54d4f13a1db01a3f5891b98700ef"},
]
`;

const blinker = `[[package]]
name = "blinker"
version = "1.9.0"
description = "Fast, simple object-to-object and broadcast signaling"
optional = false
python-versions = ">=3.9"
groups = ["main"]
files = [
    {file = "blinker-1.9.0-py3-none-any.whl", hash = "sha256:ba0efaa9080b619ff2f3459d1d500c57bddea4a6b424b60a91141db6fd2f08bc"},
]
`;

describeConformance("Poetry", {
  simple: {
    "pyproject.toml": pyproject("itsdangerous==2.2.0"),
    "poetry.lock": lockfile(itsdangerous, "c69cb0841f089d02cb2a3fed3c785c06bb4187899b2839ea564916af3b8c706d"),
  },
  changed: {
    "pyproject.toml": pyproject("blinker==1.9.0"),
    "poetry.lock": lockfile(blinker, "8ddffd8ed5d65dc9e426b7286f6320e9e6c7d4a20cb0fa5dcc645bbc25253158"),
  },
  change: "poetry.lock changed, pyproject.toml changed",
  credentials: { "poetry.toml": '[http-basic.private]\nusername = "me"\npassword = "s3cret"\n' },
  // Poetry asks the public index for what other indexes, such as mirrors of it, do not have
  env: { PIP_INDEX_URL: await packageIndex() },
});
