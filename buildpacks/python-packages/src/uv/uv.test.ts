import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FileMap, writeFiles } from "libcnb/testing";
import { toolOutput } from "../../../../test/support/app-tools.ts";
import { describeConformance } from "../package-manager.conformance.ts";

/** An app that needs a package, with the lockfile that uv writes for it. */
async function locked(requirement: string): Promise<FileMap> {
  const manifest = `[project]
name = "app"
version = "1.0.0"
requires-python = ">=3.10"
dependencies = ["${requirement}"]
[dependency-groups]
dev = ["iniconfig==2.1.0"]
`;
  const dir = await mkdtemp(join(tmpdir(), "libcnb-uv-"));
  try {
    await writeFiles(dir, { "pyproject.toml": manifest });
    await toolOutput(["uv==0.13.9", "lock"], dir);
    return { "pyproject.toml": manifest, "uv.lock": await readFile(join(dir, "uv.lock"), "utf8") };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const simple = await locked("itsdangerous==2.2.0");

describeConformance("uv", {
  simple,
  changed: await locked("blinker==1.9.0"),
  change: "pyproject.toml changed, uv.lock changed",
  credentials: {
    "uv.toml": '[[index]]\nname = "own"\nurl = "https://me:s3cret@packages.example.com/simple"\nexplicit = true\n',
  },
});
