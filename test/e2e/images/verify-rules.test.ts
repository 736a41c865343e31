import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cnbInProcess } from "../../support/cnb-in-process.ts";
import { startMemoryRegistry } from "../../support/registry/memory.ts";
import { type KeyFiles, keyFiles } from "../../support/signing/keys.ts";
import { tinyImage } from "../../support/tiny/images.ts";

const descriptor = (id: string) => `api = "0.12"
[buildpack]
id = "test/${id}"
version = "1.0.0"
`;
const anyTarget = `[[targets]]\nos = "linux"\n`;
const order = (id: string) => `[[order]]\ngroup = [{ id = "test/${id}", version = "1.0.0" }]\n`;

const files: Readonly<Record<string, string>> = {
  "shell/buildpack.toml": `${descriptor("shell")}${anyTarget}`,
  "shell/bin/detect": "#!/bin/sh\n",
  "shell/bin/build": "#!/bin/sh\n",
  "meta/buildpack.toml": `${descriptor("meta")}${order("shell")}`,
};

let dir: string;
let registry: Awaited<ReturnType<typeof startMemoryRegistry>>;
let trusted: KeyFiles;
let images: Readonly<Record<"base" | "run" | "buildpack", string>>;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "verify-rules-"));
  await chmod(dir, 0o755);
  for (const [name, text] of Object.entries(files)) await file(name, text);
  registry = await startMemoryRegistry();
  trusted = await keyFiles(dir, "ecdsa", "trusted");
  const named = (name: string) => `${registry.host}/${name}:1`;
  images = { base: named("base"), run: named("run"), buildpack: named("buildpack") };
  for (const name of [images.base, images.run]) await oci.write(await tinyImage(dir), parseImageReference(name));
  await succeeds("buildpack", "package", join(dir, "shell"), "-o", images.buildpack);
}, 60_000);
afterAll(async () => {
  await registry.stop();
  await rm(dir, { recursive: true, force: true });
});

async function file(name: string, text: string): Promise<string> {
  const path = join(dir, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, { mode: name.includes("/bin/") ? 0o755 : 0o644 });
  return path;
}

const cnb = (...args: readonly string[]) =>
  cnbInProcess(args, { cwd: dir, env: { ...process.env, HOME: dir, XDG_CACHE_HOME: join(dir, "cache") } });

async function succeeds(...args: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await cnb(...args);
  if (exitCode !== 0) throw new Error(`cnb ${args.join(" ")} exited ${exitCode}\n${stderr}`);
}

const sign = (name: string) => succeeds("sign", name, "--key", trusted.secret);

/** The first line of an error and its code; "" for success. */
async function failure(...args: readonly string[]): Promise<string> {
  const { exitCode, stderr } = await cnb(...args);
  if (exitCode === 0) return "";
  return `${/^ERROR: (.*)$/m.exec(stderr)?.[1]} ${/^CODE: (.*)$/m.exec(stderr)?.[1]}`;
}

describe("[[verify]] of builder.toml", () => {
  let builder = 0;
  async function create(rules: string): Promise<string> {
    const config = await file(
      "builder.toml",
      `[build]
image = "${images.base}"
[[run.images]]
image = "${images.run}"
[[buildpacks]]
uri = "docker://${images.buildpack}"
${order("shell")}${rules}`,
    );
    return failure("builder", "create", `oci:builder-${builder++}`, "-c", config, "--launcher", "none");
  }

  test("requires a signature of the build image, the run image and the buildpacks", async () => {
    const rules = `[[verify]]\nkeys = ["trusted.pub"]\n`;
    const left = new Set<string>(Object.values(images));
    while (left.size > 0) {
      const failed = await create(rules);
      expect(failed).toMatch(/ has no signature, but one by \S+\/trusted\.pub is required SIGNATURE_NOT_FOUND$/);
      const name = [...left].find((each) => failed.startsWith(`${each}@`)) ?? expect.unreachable(failed);
      left.delete(name);
      await sign(name);
    }
    expect(await create(rules)).toBe("");
  });

  test("applies only to the images that its patterns match", async () => {
    const other = await keyFiles(dir, "ecdsa", "other");
    const rule = (...patterns: readonly string[]) =>
      `[[verify]]\nimages = ${JSON.stringify(patterns)}\nkeys = ["${other.open}"]\n`;
    expect(await create(rule("example.com/*"))).toBe("");
    expect(await create(rule("example.com/*", `${registry.host}/run`))).toMatch(/^\S+\/run:1@.* SIGNATURE_INVALID$/);
  });

  test("requires a key", async () => {
    expect(await create("[[verify]]\nkeys = []\n")).toMatch(/BUILDER_CONFIG_INVALID$/);
    expect(await create('[[verify]]\nkeys = ["absent.pub"]\n')).toMatch(/absent\.pub.* SIGNING_KEY_INVALID$/);
  });
});

test("[[verify]] of package.toml requires a signature of a dependency", async () => {
  const other = `${registry.host}/dependency:1`;
  await succeeds("buildpack", "package", join(dir, "shell"), "-o", other);
  await file(
    "meta/package.toml",
    `[buildpack]\nuri = "."\n[[dependencies]]\nuri = "docker://${other}"\n[[verify]]\nkeys = ["../trusted.pub"]\n`,
  );
  const args = ["buildpack", "package", join(dir, "meta"), "-o", "oci:meta-package"];
  expect(await failure(...args)).toMatch(
    /^\S+\/dependency:1@\S+ has no signature, but one by \S+ is required SIGNATURE_NOT_FOUND$/,
  );
  await sign(other);
  expect(await failure(...args)).toBe("");
});
