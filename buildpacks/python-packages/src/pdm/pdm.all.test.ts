import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FileMap, writeFiles } from "libcnb/testing";
import { toolOutput } from "../../../../test/support/app-tools.ts";
import { describeConformance } from "../package-manager.conformance.ts";

/** An app that needs a package, with the lockfile that PDM writes for it. */
async function locked(requirement: string): Promise<FileMap> {
  const manifest = `[project]
name = "app"
version = "1.0.0"
requires-python = ">=3.10"
dependencies = ["${requirement}"]
[tool.pdm]
distribution = false
[dependency-groups]
dev = ["iniconfig==2.1.0"]
`;
  const dir = await mkdtemp(join(tmpdir(), "libcnb-pdm-"));
  try {
    await writeFiles(dir, { "pyproject.toml": manifest });
    await toolOutput(["pdm==2.29.3", "lock"], dir);
    return { "pyproject.toml": manifest, "pdm.lock": await readFile(join(dir, "pdm.lock"), "utf8") };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const simple = await locked("itsdangerous==2.2.0");

describeConformance("PDM", {
  simple,
  changed: await locked("blinker==1.9.0"),
  change: "pdm.lock changed, pyproject.toml changed",
  credentials: {
    "pdm.toml": '[repository.own]\nurl = "https://packages.example.com/"\nusername = "me"\npassword = "s3cret"\n',
  },
});
