// @needs buildah, busybox, cnb-tester, namespaces, root
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { afterAll, beforeAll, expect, test } from "vitest";
import { execute, pinnedNode, root } from "../../support/cnb.ts";
import { shellImage } from "../../support/tiny/shell-image.ts";

/** The message for an ordinary user with subordinate ids if the administrator has disabled user namespaces. */

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "no-namespaces-"));
  await chmod(dir, 0o755);
  await oci.write(await shellImage(dir), { kind: "oci", dir: join(dir, "image") });
  await mkdir(join(dir, "cache"));
  await chmod(join(dir, "cache"), 0o777);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

// The limit is that of the user namespace in which it is written, so the machine keeps its own.
const switchOff = 'echo 0 >/proc/sys/user/max_user_namespaces && exec setpriv --ambient-caps=-all --inh-caps=-all "$@"';
const apart = ["unshare", "--user", "--map-current-user", "--keep-caps", "sh", "-c", switchOff, "sh"];

const withoutNamespaces = (...command: readonly string[]) =>
  execute("runuser", ["-u", "cnb-tester", "--", ...apart, ...command], {
    env: { PATH: process.env["PATH"], HOME: dir, LIBCNB_CACHE_DIR: join(dir, "cache") },
    timeout: 60_000,
  });

const cnb = (...args: readonly string[]) =>
  withoutNamespaces(pinnedNode, join(root, "builder-packager/bin/cnb.js"), ...args);

test("cnb run names the kernel setting that disables user namespaces", async () => {
  const { exitCode, stderr } = await cnb("run", `oci:${dir}/image`, "--", "sh", "-c", "true");
  expect(stderr).toContain("HINT: User namespaces are disabled. Run `sudo sysctl user.max_user_namespaces=10000`");
  expect([exitCode, /CODE: .*/.exec(stderr)?.[0]]).toEqual([1, "CODE: NAMESPACES_UNAVAILABLE"]);
});

test("cnb doctor reports why neither builds nor extensions can run without user namespaces", async () => {
  const { exitCode, stdout } = await cnb("doctor");
  expect(stdout).toMatch(/^no +image extensions +.*No space left on device$/m);
  expect([exitCode, stdout.trimEnd().split("\n").at(-1)]).toEqual([1, "Images cannot be built on this machine."]);
});

test("without user namespaces, removing a directory tree with another user's files is an error", async () => {
  const tree = join(dir, "cache/tree");
  await mkdir(join(tree, "of-root"), { recursive: true });
  await writeFile(join(tree, "of-root/file"), "");
  const module = JSON.stringify(join(root, "builder-packager/src/sandbox/remove-tree.ts"));
  const script = `const { removeTree } = await import(${module}); await removeTree(${JSON.stringify(tree)});`;
  const { exitCode, stderr } = await withoutNamespaces(pinnedNode, "--input-type=module", "-e", script);
  expect([exitCode, /\bE[A-Z]+\b/.exec(stderr)?.[0]]).toEqual([1, "EPERM"]);
});
