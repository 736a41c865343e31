import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBlobStore } from "../oci/layers/blob-store.ts";
import { silentReporter } from "../reporter.ts";
import { packageModules } from "./package-modules.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "package-modules-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function folder(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name, path)), { recursive: true });
    await writeFile(join(root, name, path), text);
  }
  return join(root, name);
}

const toml = (kind: string, id: string, rest = "") =>
  `api = "0.10"\n[${kind}]\nid = "${id}"\nversion = "1.0.0"\ndescription = "It is ${id}"\n${rest}`;
const script = { "bin/detect": "#!/bin/sh\n", "bin/build": "#!/bin/sh\n" };

test("packageModules() puts directories into one layer, includes members of composites, and describes each module", async () => {
  const dirs = [
    await folder("b", { "buildpack.toml": toml("buildpack", "me/b"), ...script }),
    await folder("all", {
      "buildpack.toml": toml("buildpack", "me/all", `[[order]]\n[[order.group]]\nid = "me/a"\nversion = "1.0.0"\n`),
      "package.toml": `[buildpack]\nuri = "."\n[[dependencies]]\nuri = "../a"\n`,
    }),
    await folder("x", { "extension.toml": toml("extension", "me/x"), "bin/generate": "#!/bin/sh\n" }),
  ];
  await folder("a", { "buildpack.toml": toml("buildpack", "me/a"), ...script });
  const store = await openBlobStore(join(root, "store"));
  const options = { store, env: process.env, cwd: root, reporter: silentReporter };
  const modules = await packageModules(dirs, { os: "linux", architecture: "arm64" }, options);
  const facts = { api: "0.10" };
  expect(JSON.parse(JSON.stringify(modules.map(({ layer: _layer, ...module }) => module)))).toEqual([
    module("buildpack", "me/a", facts),
    module("buildpack", "me/all", { ...facts, order: [{ group: [{ id: "me/a", version: "1.0.0" }] }] }),
    module("buildpack", "me/b", facts),
    module("extension", "me/x", facts),
  ]);
  expect(new Set(modules.map(({ layer }) => layer)).size).toBe(1);
});

const module = (kind: string, id: string, facts: object) => ({
  kind,
  id,
  version: "1.0.0",
  facts,
  description: { description: `It is ${id}` },
});
