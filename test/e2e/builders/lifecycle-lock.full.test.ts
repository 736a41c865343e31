// @needs busybox, go, namespaces
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cnb } from "../../support/cnb.ts";
import { shellImage } from "../../support/tiny/shell-image.ts";

const files = {
  "buildpack/buildpack.toml": `api = "0.12"\n[buildpack]\nid = "test/shell"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\n`,
  "buildpack/bin/detect": "#!/bin/sh\n",
  "buildpack/bin/build": "#!/bin/sh\n",
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
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "lifecycle-lock-"));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text, { mode: name.includes("/bin/") ? 0o755 : 0o644 });
  }
  await oci.write(await shellImage(dir), { kind: "oci", dir: join(dir, "base") }, { name: "base:1" });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Creates the builder on a machine of this name, whose cache is empty: Go builds the lifecycle, as no release can be reached. */
async function create(machine: string) {
  const [cache, temporary] = [join(dir, machine, "cache"), join(dir, machine, "tmp")];
  await mkdir(temporary, { recursive: true });
  const env = {
    ...process.env,
    LIBCNB_CACHE_DIR: cache,
    LIBCNB_LIFECYCLE_RELEASES: "http://127.0.0.1:9/",
    TMPDIR: temporary,
  };
  const flags = ["--config", join(dir, "builder.toml"), "--lock"];
  return cnb(["builder", "create", `oci:${dir}/${machine}/builder`, ...flags], { env });
}

const digestOf = (stdout: string): string | undefined => stdout.trim().split("@").at(-1);

test("a lock file is valid on another machine whose Go rebuilds the lifecycle", async () => {
  const one = await create("one");
  const lock = await readFile(join(dir, "builder.lock"), "utf8");
  const umask = process.umask(0o077);
  const two = await create("two").finally(() => process.umask(umask));
  expect([one, two].map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  for (const { stderr } of [one, two]) expect(stderr).toContain("Building lifecycle");
  expect(digestOf(one.stdout)).toMatch(/^sha256:/);
  expect(digestOf(two.stdout)).toBe(digestOf(one.stdout));
  expect(await readFile(join(dir, "builder.lock"), "utf8")).toBe(lock);
});

test("a lock file of another lifecycle is refused", async () => {
  const lock = await readFile(join(dir, "builder.lock"), "utf8");
  const other = lock.replace(/(\.lifecycle\]\n.*sha256:)[0-9a-f]{64}/, `$1${"0".repeat(64)}`);
  expect(other).not.toBe(lock);
  await writeFile(join(dir, "builder.lock"), other);
  const { exitCode, stderr } = await create("one");
  expect(exitCode).toBe(3);
  expect(stderr).toContain(`sha256:${"0".repeat(64)}`);
  expect(stderr).toContain("CODE: LOCK_STALE");
});
