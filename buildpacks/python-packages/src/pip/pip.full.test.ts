import { resolve } from "node:path";
import { build } from "libcnb/testing";
import { expect, test } from "vitest";
import buildpack from "../buildpack.ts";
import { describeConformance } from "../package-manager.conformance.ts";
import { pythonEnv } from "../test-python.ts";

describeConformance("pip", {
  simple: {
    "requirements.txt": "itsdangerous==2.2.0\n",
    "requirements-dev.txt": "-r requirements.txt\niniconfig==2.1.0\n",
  },
  changed: { "requirements.txt": "blinker==1.9.0\n" },
  change: "requirements.txt changed",
  credentials: {
    "pyproject.toml": '[tool.a]\nurl = "https://me:s3cret@packages.example.com/simple"\n',
    "setup.cfg": "[options]\ninstall_requires =\n  a @ git+https://s3cret@example.com/a.git\n",
    "requirements.txt": "# --index-url https://me:s3cret@packages.example.com/simple\nitsdangerous==2.2.0\n",
  },
});

test("the log of an installation with pip names each package once and has no lines about downloads", {
  timeout: 300_000,
}, async () => {
  const { log } = await build(buildpack, {
    buildpack: resolve(import.meta.dirname, "../.."),
    app: { "requirements.txt": "itsdangerous==2.2.0\n" },
    env: await pythonEnv(),
    downloads: "real",
  });
  expect(log.slice(log.indexOf("$ pip install -r requirements.txt"))).toEqual([
    "$ pip install -r requirements.txt",
    "Collecting itsdangerous==2.2.0 (from -r requirements.txt (line 1))",
    "Installing collected packages: itsdangerous",
    "Successfully installed itsdangerous-2.2.0",
    "Installed packages: 1",
  ]);
});
