import { chmod, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cnb, cnbSucceeds } from "../../support/cnb.ts";

const member = (id: string) => `api = "0.10" # the API

[buildpack]
  id      = "${id}"
  version = '1.2.3'   # set by the release
  name    = "Member"

[[targets]]
os = "linux"
arch = "amd64"

[[metadata.dependencies]]
id = "tool"
version = "1.2.3"
uri = "https://example.com/tool.tgz"
checksum = "sha256:0000"
`;
const files = {
  "package.json": `{ "workspaces": ["buildpacks/*"] }\n`,
  "buildpacks/node/buildpack.toml": member("acme/node"),
  "buildpacks/node/package.json": `{\n\t"name": "node",\n\t"version": "1.2.3"\n}\n`,
  "buildpacks/start/buildpack.toml": member("acme/start"),
  "buildpacks/other/buildpack.toml": `${member("acme/other")}\n# not part of the family\n`,
  "buildpacks/web/buildpack.toml": `api = "0.10"
buildpack = { id = "acme/web", version = "1.2.3", name = "Web" }
[[order]]
group = [
  { id = "acme/node", version = "1.2.3" }, # first
  { version = "1.2.3", id = "acme/start", optional = true },
]
`,
  "buildpacks/web/package.toml": `[buildpack]\nuri = "."\n[[dependencies]]\nuri = "libcnb:acme/node"\n[[dependencies]]\nuri = "../start" # next to it\n`,
  "buildpacks/suite/buildpack.toml": `api = "0.10"
[buildpack]
id = "acme/suite"
version = "7.0.0"
[[order]]
[[order.group]]
id = "acme/web"
version = "1.2.3"
[[order.group]]
id = "acme/node"
version = "1.0.0"
`,
  "buildpacks/suite/package.toml": `[buildpack]\nuri = "."\n[[dependencies]]\nuri = "docker://registry.example.com/acme/web:1.2.3"\n`,
  "builder.toml": `[[buildpacks]]
uri = "docker://registry.example.com/acme/web:1.2.3"
id = "acme/web"
version = "1.2.3"

[[order]]
[[order.group]]
id = "acme/web"
version = "1.2.3"
`,
};

let dir: string;
const location = (name: string) => join(dir, name);
const options = () => ({ cwd: dir, env: { ...process.env, LIBCNB_CACHE_DIR: location(".cache") } });
const text = (name: string) => readFile(location(name), "utf8");

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "releasing-"));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(location(name)), { recursive: true });
    await writeFile(location(name), content);
  }
  for (const name of ["node", "start", "other"]) {
    await mkdir(location(`buildpacks/${name}/bin`));
    for (const phase of ["detect", "build"])
      await writeFile(location(`buildpacks/${name}/bin/${phase}`), "#!/bin/sh\n", { mode: 0o755 });
  }
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const changes = `buildpacks/node/buildpack.toml:5: buildpack.version 1.2.3 → 1.3.0
buildpacks/start/buildpack.toml:5: buildpack.version 1.2.3 → 1.3.0
buildpacks/suite/buildpack.toml:8: order[0].group[0].version 1.2.3 → 1.3.0
buildpacks/suite/package.toml:4: dependencies[0].uri docker://registry.example.com/acme/web:1.2.3 → docker://registry.example.com/acme/web:1.3.0
buildpacks/web/buildpack.toml:2: buildpack.version 1.2.3 → 1.3.0
buildpacks/web/buildpack.toml:5: order[0].group[0].version 1.2.3 → 1.3.0
buildpacks/web/buildpack.toml:6: order[0].group[1].version 1.2.3 → 1.3.0
builder.toml:2: buildpacks[0].uri docker://registry.example.com/acme/web:1.2.3 → docker://registry.example.com/acme/web:1.3.0
builder.toml:4: buildpacks[0].version 1.2.3 → 1.3.0
builder.toml:9: order[0].group[0].version 1.2.3 → 1.3.0
buildpacks/node/package.json:3: version 1.2.3 → 1.3.0
`;
const warning = `WARNING: buildpacks/suite/buildpack.toml:11: order[0].group[1].version is not changed: 1.0.0 is not the version of a buildpack here
`;

test("cnb buildpack package --compare accepts a published package with the same digest, and --version changes the version only in the package", async () => {
  const first = await cnbSucceeds(
    ["buildpack", "package", "buildpacks/web", "-o", "last.cnb", "-t", "linux/amd64"],
    options(),
  );
  const digest = first.stdout.trim().split("@")[1];
  const compare = ["buildpack", "package", "buildpacks/web", "-t", "linux/amd64", "--compare", "last.cnb"];
  const same = await cnbSucceeds([...compare, "-o", "same.cnb"], options());
  expect(same.stderr).toContain(`===> Comparing with acme/web@1.2.3 in last.cnb\n     Same digest: ${digest}\n`);
  const raised = await cnbSucceeds([...compare, "-o", "raised.cnb", "--version", "1.2.4"], options());
  expect(raised.stderr).toContain("Comparing 'last.cnb' with 'acme/web@1.2.4'\n");
  expect(raised.stderr).toContain("+ /cnb/buildpacks/acme_web/1.2.4/buildpack.toml");
  const summary = JSON.parse(
    (await cnbSucceeds(["buildpack", "summarize", "raised.cnb", "--format", "json"], options())).stdout,
  );
  expect(summary).toMatchObject({
    digest: raised.stdout.trim().split("@")[1],
    main: { id: "acme/web", version: "1.2.4" },
    members: [
      { id: "acme/node", version: "1.2.3" },
      { id: "acme/start", version: "1.2.3" },
    ],
  });
  expect(await text("buildpacks/web/buildpack.toml")).toBe(files["buildpacks/web/buildpack.toml"]);
  const invalid = await cnb([...compare, "-o", "x.cnb", "--version", "1.2"], options());
  expect(invalid).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining(`ERROR: "1.2" is not the version of a buildpack\n`),
  });
});

test("cnb buildpack package --compare refuses different contents for a published version, and writes no file", async () => {
  await cp(location("buildpacks"), location("changed/buildpacks"), { recursive: true });
  await cp(location("package.json"), location("changed/package.json"));
  await writeFile(location("changed/buildpacks/node/bin/build"), "#!/bin/sh\nexit 1\n");
  const args = ["buildpack", "package", "changed/buildpacks/web", "-t", "linux/amd64", "--compare", "last.cnb"];
  const { exitCode, stderr } = await cnb([...args, "-o", "changed.cnb"], options());
  expect(exitCode).toBe(1);
  expect(stderr).toContain("     linux/amd64:\n     Comparing 'last.cnb' with 'acme/web@1.2.3'\n");
  expect(stderr).toContain("~ /cnb/buildpacks/acme_node/1.2.3/bin/build");
  expect(stderr).toContain(`ERROR: acme/web@1.2.3 differs from the package of this version in last.cnb
HINT: Raise the version: cnb buildpack version VERSION. If the release was packaged with other flags or another version of cnb, use the same ones.
CODE: PACKAGE_DIFFERS
`);
  await expect(stat(location("changed.cnb"))).rejects.toThrow("ENOENT");
  const other = await cnb(
    ["buildpack", "package", "buildpacks/other", "--compare", "last.cnb", "-o", "x.cnb"],
    options(),
  );
  expect(other.stderr).toContain("ERROR: --compare last.cnb names a package of acme/web, not of acme/other\n");
});

test("cnb buildpack summarize prints the same facts for a directory and its package", async () => {
  const folder = await cnbSucceeds(["buildpack", "summarize", "buildpacks/web"], options());
  const packaged = await cnbSucceeds(["buildpack", "summarize", "last.cnb"], options());
  expect(packaged.stdout.replace(/\*\*Digest:\*\* `sha256:[0-9a-f]{64}`\n\n/, "")).toBe(folder.stdout);
  expect(folder.stdout).toContain(`| ID | Version | Optional |
| --- | --- | --- |
| \`acme/node\` | 1.2.3 | no |
| \`acme/start\` | 1.2.3 | yes |
`);
  expect(folder.stdout).toContain("| tool | 1.2.3 |  | `sha256:0000` |\n");
});

test("cnb buildpack version sets the versions of a family, and keeps comments, forms and modes", async () => {
  await chmod(location("buildpacks/start/buildpack.toml"), 0o600);
  const args = ["buildpack", "version", "1.3.0", "buildpacks/web", "builder.toml"];
  const dry = await cnbSucceeds([...args, "--dry-run"], options());
  expect(dry).toMatchObject({ stdout: changes, stderr: warning });
  for (const [name, content] of Object.entries(files)) expect(await text(name)).toBe(content);
  const made = await cnbSucceeds(args, options());
  expect(made).toMatchObject({
    stdout: changes,
    stderr: `${warning}     If npm has a lock file for these packages, update it: npm install --package-lock-only\n`,
  });
  for (const [name, content] of Object.entries(files)) {
    const isKept = /other|package.json$/.test(name) && !name.includes("node");
    const raised = content
      .replaceAll("1.2.3", "1.3.0")
      .replace(`id = "tool"\nversion = "1.3.0"`, `id = "tool"\nversion = "1.2.3"`);
    expect(await text(name)).toBe(isKept ? content : raised);
  }
  expect((await stat(location("buildpacks/start/buildpack.toml"))).mode & 0o777).toBe(0o600);
  await cnbSucceeds(["buildpack", "package", "buildpacks/web", "-o", "next.cnb", "-t", "linux/amd64"], options());
  const again = await cnbSucceeds([...args, "--json"], options());
  expect(JSON.parse(again.stdout)).toMatchObject({ changes: [], notChanged: [{ line: 11, from: "1.0.0" }] });
});

test.for([
  [["1.3"], `"1.3" is not the version of a buildpack`],
  [["1.3.0", "nowhere"], "there is no buildpack.toml in"],
] as const)("cnb buildpack version %j is refused", async ([args, message]) => {
  const { exitCode, stderr } = await cnb(["buildpack", "version", ...args], options());
  expect([exitCode, stderr]).toEqual([3, expect.stringContaining(message)]);
});
