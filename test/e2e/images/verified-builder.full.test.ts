// @needs busybox, docker-registry, namespaces
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cnb, cnbSucceeds } from "../../support/cnb.ts";
import { type Registry, startRegistry } from "../../support/service.ts";
import { type KeyFiles, keyFiles } from "../../support/signing/keys.ts";
import { shellImage } from "../../support/tiny/shell-image.ts";

const files = {
  "buildpack/buildpack.toml": `api = "0.12"\n[buildpack]\nid = "test/shell"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\n`,
  "buildpack/bin/detect": "#!/bin/sh\n",
  "buildpack/bin/build": `#!/bin/sh
printf '[[processes]]\\ntype = "web"\\ncommand = ["true"]\\ndefault = true\\n' >"$CNB_LAYERS_DIR/launch.toml"
`,
  "app/file.txt": "my app",
  "builder.toml": `[build]
image = "oci:base"
[[run.images]]
image = "oci:base"
[[buildpacks]]
uri = "buildpack"
[[order]]
group = [{ id = "test/shell" }]
`,
};

let dir: string;
let registry: Registry;
let trusted: KeyFiles;
let other: KeyFiles;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "verified-builder-"));
  await chmod(dir, 0o755);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text, { mode: name.includes("/bin/") ? 0o755 : 0o644 });
  }
  registry = await startRegistry();
  [trusted, other] = await Promise.all([keyFiles(dir, "ecdsa", "trusted"), keyFiles(dir, "ecdsa", "other")]);
  await oci.write(await shellImage(dir), parseImageReference(`oci:${dir}/base`), {
    name: "base:1",
  });
  await cnbSucceeds(["sign", `oci:${dir}/base`, "--key", trusted.secret]);
}, 60_000);
afterAll(async () => {
  await registry.stop();
  await rm(dir, { recursive: true, force: true });
});

let count = 0;
/** Creates a builder under a new name in the registry. */
async function createdBuilder(...flags: readonly string[]): Promise<string> {
  const name = `${registry.host}/builder/${count++}:1`;
  await cnbSucceeds(["builder", "create", name, "-c", join(dir, "builder.toml"), "--launcher", "none", ...flags]);
  return name;
}

/** Builds the app, and returns the code of the error. */
async function build(output: string, ...flags: readonly string[]): Promise<string | undefined> {
  const run = flags.includes("--run-image") ? [] : ["--run-image", `oci:${dir}/base`];
  const args = ["build", `oci:${dir}/${output}`, "--path", join(dir, "app"), ...run, ...flags];
  const { exitCode, stderr } = await cnb([...args, "--verify-key", trusted.open]);
  const isWritten = (await stat(join(dir, output)).catch(() => undefined)) !== undefined;
  expect(isWritten).toBe(exitCode === 0);
  return /^CODE: (.*)$/m.exec(stderr)?.[1] ?? (exitCode === 0 ? undefined : stderr);
}

test("cnb build --verify-key builds with a signed builder", async () => {
  const builder = await createdBuilder();
  await cnbSucceeds(["sign", builder, "--key", trusted.secret]);
  expect(await build("signed", "--builder", builder)).toBe(undefined);
});

test("cnb build --verify-key refuses a builder without a signature", async () => {
  expect(await build("unsigned", "--builder", await createdBuilder())).toBe("SIGNATURE_NOT_FOUND");
});

test("cnb build --verify-key refuses a builder with a signature by another key", async () => {
  const builder = await createdBuilder();
  await cnbSucceeds(["sign", builder, "--key", other.secret]);
  expect(await build("by-other", "--builder", builder)).toBe("SIGNATURE_INVALID");
});

test("cnb build --verify-key refuses a builder that replaced the signed builder", async () => {
  const builder = await createdBuilder();
  await cnbSucceeds(["sign", builder, "--key", trusted.secret]);
  const replacement = await createdBuilder("--label", "replaced=yes");
  await cnbSucceeds(["copy", replacement, builder]);
  expect(await build("replaced", "--builder", builder)).toBe("SIGNATURE_NOT_FOUND");
});

test("cnb build --verify-key refuses the unsigned builder of project.toml", async () => {
  const builder = await createdBuilder();
  const descriptor = join(dir, "unsigned.toml");
  await writeFile(descriptor, `[_]\nschema-version = "0.2"\n[io.buildpacks]\nbuilder = "${builder}"\n`);
  expect(await build("of-project", "--descriptor", descriptor)).toBe("SIGNATURE_NOT_FOUND");
});

test("cnb build --verify-key verifies a builder in an OCI layout", async () => {
  const layout = `oci:${dir}/builder`;
  await cnbSucceeds(["builder", "create", layout, "-c", join(dir, "builder.toml"), "--launcher", "none"]);
  expect(await build("layout-unsigned", "--builder", layout)).toBe("SIGNATURE_NOT_FOUND");
  await cnbSucceeds(["sign", layout, "--key", trusted.secret]);
  expect(await build("layout-signed", "--builder", layout)).toBe(undefined);
});

test("cnb build --verify-key refuses a run image without a signature", async () => {
  const builder = await createdBuilder();
  await cnbSucceeds(["sign", builder, "--key", trusted.secret]);
  await cnbSucceeds(["copy", `oci:${dir}/base`, `oci:${dir}/unsigned-run`, "--no-referrers"]);
  const flags = ["--builder", builder, "--run-image", `oci:${dir}/unsigned-run`];
  expect(await build("unsigned-run-image", ...flags)).toBe("SIGNATURE_NOT_FOUND");
});

test("cnb build --verify-key verifies the run image that the builder lists", async () => {
  const unsigned = `oci:${dir}/unsigned-base`;
  await cnbSucceeds(["copy", `oci:${dir}/base`, unsigned, "--no-referrers"]);
  const config = join(dir, "unsigned-run.toml");
  const run = `${registry.host}/run:1`;
  await cnbSucceeds(["copy", unsigned, run]);
  await writeFile(
    config,
    files["builder.toml"].replace('[[run.images]]\nimage = "oci:base"', `[[run.images]]\nimage = "${run}"`),
  );
  const builder = `${registry.host}/unsigned-run:1`;
  await cnbSucceeds(["builder", "create", builder, "-c", config, "--launcher", "none"]);
  await cnbSucceeds(["sign", builder, "--key", trusted.secret]);
  const args = [
    "build",
    `oci:${dir}/listed`,
    "--path",
    join(dir, "app"),
    "--builder",
    builder,
    "--verify-key",
    trusted.open,
  ];
  expect((await cnb(args)).stderr).toContain("CODE: SIGNATURE_NOT_FOUND");
  await cnbSucceeds(["sign", run, "--key", trusted.secret]);
  await cnbSucceeds(args);
});

test("cnb build verifies the images for which cnb's config.toml requires a signature", async () => {
  const builder = await createdBuilder();
  const config = join(dir, "config.toml");
  await writeFile(config, `[[verify]]\nimages = ["${registry.host}/*"]\nkeys = ["trusted.pub"]\n`);
  const args = ["build", `oci:${dir}/configured`, "--path", join(dir, "app"), "--builder", builder];
  const run = ["--run-image", `oci:${dir}/base`];
  const options = { env: { ...process.env, LIBCNB_CONFIG: config } };
  expect((await cnb([...args, ...run], options)).stderr).toContain("CODE: SIGNATURE_NOT_FOUND");
  await cnbSucceeds(["sign", builder, "--key", trusted.secret]);
  await cnbSucceeds([...args, ...run], options);
});
