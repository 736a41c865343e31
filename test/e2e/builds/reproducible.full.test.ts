import { chmod, cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cnbSucceeds, execute, pinnedNode, root } from "../../support/cnb.ts";
import { makeWorld, nodeFromNpm, referenceWorld, sampleApp } from "../reference/reference-world.ts";

const tester = "cnb-tester";
let asRoot: string;
let asUser: string;

beforeAll(async () => {
  asRoot = await mkdtemp(join(tmpdir(), "first-"));
  asUser = await mkdtemp(join(tmpdir(), "second-folder-"));
});
afterAll(async () => {
  // Go makes its module cache read-only.
  await execute("chmod", ["-R", "u+w", asRoot, asUser]);
  await rm(asRoot, { recursive: true, force: true });
  await rm(asUser, { recursive: true, force: true });
});

/**
 * Go takes minutes to build the lifecycle, twice: the daily run gives both the one archive, `npm run test:all` nothing at all.
 */
async function prepareCache(dir: string): Promise<string> {
  const cache = join(dir, "cache");
  await mkdir(cache);
  if (process.env["LIBCNB_TEST_ALL"] === "1") return cache;
  await referenceWorld();
  await cp(join(lifecycleCache(), "lifecycle"), join(cache, "lifecycle"), { recursive: true });
  return cache;
}

const lifecycleCache = () =>
  process.env["LIBCNB_CACHE_DIR"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "libcnb");

// Nothing else is shared between the two: own directories, own caches, another user, another umask, another home. New
// directories of the ordinary user inherit the setgid bit.
test("clean builds in different directories by different users with different umasks give identical images", {
  timeout: 1_500_000,
}, async () => {
  const env = { ...process.env, LIBCNB_CACHE_DIR: await prepareCache(asRoot) };
  const world = await makeWorld(asRoot, { env });
  await cp(sampleApp, join(asRoot, "app-source"), { recursive: true });
  const build = ["build", `oci:${asRoot}/app`, "--path", join(asRoot, "app-source"), "--builder", world.builder];
  await cnbSucceeds([...build, ...(await nodeFromNpm())], { env });

  await chmod(asUser, 0o2755);
  await mkdir(join(asUser, "home"));
  await prepareCache(asUser);
  await cp(sampleApp, join(asUser, "somewhere/else"), { recursive: true });
  await execute("chmod", ["-R", "go-rwx", join(asUser, "somewhere")]); // as git clones under this umask
  await execute("chown", ["-R", tester, asUser]);
  const script = `umask 077; exec "$0" --conditions=@libcnb/source "${join(root, "test/e2e/make-all.ts")}" "${asUser}"`;
  const outcome = await execute("runuser", [
    "-u",
    tester,
    "--",
    "env",
    `HOME=${asUser}/home`,
    "sh",
    "-c",
    script,
    pinnedNode,
  ]);
  expect({ exitCode: outcome.exitCode, log: outcome.exitCode === 0 ? "" : outcome.stderr }).toEqual({
    exitCode: 0,
    log: "",
  });

  expect(await digests(asUser)).toEqual(await digests(asRoot));
});

async function digests(dir: string): Promise<Record<string, string>> {
  const names = ["base-build", "base-run", "builder", "app"];
  const images = await Promise.all(
    names.map((name) => oci.read(parseImageReference(`oci:${dir}/${name}`)).then((index) => oci.imageFor(index))),
  );
  return Object.fromEntries(images.map((image, index) => [names[index], oci.serialize(image).manifestDigest]));
}
