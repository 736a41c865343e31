import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cnbInProcess } from "../../support/cnb-in-process.ts";
import { type MemoryRegistry, startMemoryRegistry } from "../../support/registry/memory.ts";
import { type KeyFiles, keyFiles } from "../../support/signing/keys.ts";
import { tinyImage } from "../../support/tiny/images.ts";

let dir: string;
let registry: MemoryRegistry;
let trusted: KeyFiles;
let other: KeyFiles;
let builder: string;
let run: string;
let digest: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "emit-verified-"));
  registry = await startMemoryRegistry();
  trusted = await keyFiles(dir, "ecdsa", "trusted");
  other = await keyFiles(dir, "ecdsa", "other");
  [builder, run] = [named("builder"), named("run")];
  const image = await tinyImage(dir);
  for (const name of [run, ...["unsigned", "signed", "by-other"].map(named)])
    await oci.write(image, parseImageReference(name));
  await createBuilder();
  digest = (await succeeds("image", "digest", run)).trim();
  await succeeds("sign", named("signed"), "--key", trusted.secret);
  await succeeds("sign", named("by-other"), "--key", other.secret);
}, 60_000);
afterAll(async () => {
  await registry.stop();
  await rm(dir, { recursive: true, force: true });
});

const named = (name: string): string => `${registry.host}/${name}:1`;

async function file(name: string, text: string): Promise<string> {
  const path = join(dir, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, { mode: name.includes("/bin/") ? 0o755 : 0o644 });
  return path;
}

async function createBuilder(): Promise<void> {
  await file(
    "shell/buildpack.toml",
    `api = "0.12"\n[buildpack]\nid = "test/shell"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\n`,
  );
  for (const phase of ["detect", "build"]) await file(`shell/bin/${phase}`, "#!/bin/sh\n");
  const config = await file(
    "builder.toml",
    `[build]\nimage = "${run}"\n[[run.images]]\nimage = "${run}"\n[[buildpacks]]\nuri = "shell"\n[[order]]\ngroup = [{ id = "test/shell", version = "1.0.0" }]\n`,
  );
  await succeeds("builder", "create", builder, "--config", config, "--launcher", "none");
}

const cnb = (...args: readonly string[]) =>
  cnbInProcess(args, {
    cwd: dir,
    env: { ...process.env, HOME: dir, XDG_CONFIG_HOME: dir, XDG_CACHE_HOME: join(dir, "cache") },
  });

async function succeeds(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await cnb(...args);
  if (exitCode !== 0) throw new Error(`cnb ${args.join(" ")} exited ${exitCode}\n${stderr}`);
  return stdout;
}

/** Writes a configuration in which images of some repositories need a signature by the trusted key, and runs `cnb emit`. */
async function emit(repositories: readonly string[], ...args: readonly string[]) {
  const patterns = JSON.stringify(repositories.map((name) => `${registry.host}/${name}`));
  await file("libcnb/config.toml", `[[verify]]\nimages = ${patterns}\nkeys = ["${trusted.open}"]\n`);
  registry.log.length = 0;
  const { exitCode, stdout, stderr } = await cnb("emit", ...args);
  return exitCode === 0 ? stdout : (/^CODE: (.*)$/m.exec(stderr)?.[1] ?? stderr);
}

const buildFlags = () => ["--image", `${registry.host}/shop:1`, "--builder", builder];
const git = ["--git", "https://example.com/shop.git"];

/** The command lines that print a manifest with the image of the job. */
const kinds: Readonly<Record<string, () => readonly string[]>> = {
  gitlab: () => ["gitlab", ...buildFlags()],
  kubernetes: () => ["kubernetes", ...buildFlags(), ...git],
  tekton: () => ["tekton", ...buildFlags(), ...git],
  "kubernetes-rebase": () => ["kubernetes-rebase", "--filter", "example.com/shop/*:latest"],
};
const jobImages = ["unsigned", "signed", "by-other"];

test.for(Object.keys(kinds))("cnb emit %s refuses an image of the job without the required signature", async (kind) => {
  const args = kinds[kind]?.() ?? [];
  const outcome = (jobImage: string) => emit(jobImages, ...args, "--job-image", jobImage);
  expect(await outcome(named("unsigned"))).toBe("SIGNATURE_NOT_FOUND");
  expect(await outcome(`${named("unsigned")}@${digest}`)).toBe("SIGNATURE_NOT_FOUND");
  expect(await outcome(named("by-other"))).toBe("SIGNATURE_INVALID");
  expect(await outcome(named("signed"))).toContain(`${named("signed")}@${digest}`);
  expect(await outcome(`${named("signed")}@${digest}`)).toContain(`${named("signed")}@${digest}`);
});

test("cnb emit refuses a job image whose required key cannot be read, instead of a warning", async () => {
  await file("libcnb/config.toml", `[[verify]]\nkeys = ["absent.pub"]\n`);
  const { stderr } = await cnb(
    "emit",
    "kubernetes-rebase",
    "--filter",
    "example.com/*",
    "--job-image",
    named("signed"),
  );
  expect(stderr).toContain("CODE: SIGNING_KEY_INVALID");
});

test("cnb emit refuses a job image that needs a signature and does not exist", async () => {
  const args = [...(kinds["gitlab"]?.() ?? []), "--job-image", named("absent")];
  expect(await emit(["absent"], ...args)).toBe("IMAGE_NOT_FOUND");
});

test("cnb emit refuses a run image without the required signature", async () => {
  expect(await emit(["run"], "github", ...buildFlags(), "--run-image", run)).toBe("SIGNATURE_NOT_FOUND");
});

/** The number of requests for the manifest of the tag of a repository. */
const resolutions = (repository: string): number =>
  registry.log.filter((line) => line.startsWith(`GET /v2/${repository}/manifests/1 `)).length;

test.for([
  ["without rules", []],
  ["with a rule for it", ["signed-builder"]],
] as const)("cnb emit resolves the tag of the builder once %s", async ([, rules]) => {
  const signed = named("signed-builder");
  await succeeds("copy", builder, signed);
  await succeeds("sign", signed, "--key", trusted.secret);
  const manifest = await emit(rules, "github", "--image", `${registry.host}/shop:1`, "--builder", signed);
  expect(resolutions("signed-builder")).toBe(1);
  expect(manifest).toContain(`${signed}@${(await succeeds("image", "digest", signed)).trim()}`);
});
