// @needs processes
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import * as oci from "@libcnb/packager/oci";
import { createLayer, openBlobStore, parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cnbCommand, cnbSucceeds } from "../../support/cnb.ts";
import { rebaseImages } from "../../support/images/rebase-world.ts";

let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "layout-kill-"));
  const images = await rebaseImages(join(dir, "store"), "registry.invalid/run:1");
  const store = await openBlobStore(join(dir, "store/blobs"));
  const large = await createLayer(
    [{ type: "file", path: "/layers/large", mode: 0o644, uid: 0, gid: 0, content: randomBytes(20_000_000) }],
    store,
  );
  await oci.write(images.app, parseImageReference(at("app")));
  await oci.write(oci.mutate.appendLayers(images.next, [{ layer: large }]), parseImageReference(at("run")));
}, 60_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

const at = (name: string): string => `oci:${join(dir, name)}`;

/** Milliseconds that an undisturbed command takes, and the digest that it prints. */
async function undisturbed(args: readonly string[]): Promise<{ readonly ms: number; readonly stdout: string }> {
  const begun = performance.now();
  const { stdout } = await cnbSucceeds(args);
  return { ms: performance.now() - begun, stdout };
}

/** Kills the command after a time, unless it has ended before. Returns the signal that ended it. */
async function killedAfter(args: readonly string[], ms: number): Promise<NodeJS.Signals | null> {
  const [program, ...all] = cnbCommand(args);
  const child = spawn(program, all, { stdio: "ignore" });
  const ended = once(child, "exit");
  await delay(ms);
  child.kill("SIGKILL");
  const [, signal] = (await ended) as [number | null, NodeJS.Signals | null];
  return signal;
}

/** The digest of a layout's image, which has no problem; undefined if there is no layout. */
const completeDigest = (name: string): Promise<string | undefined> => digestWithout(name, () => true);

/** The same after a kill, which may leave a temporary file of index.json. The next command removes it. */
const digestAfterKill = (name: string): Promise<string | undefined> =>
  digestWithout(name, (issue) => !/^nothing refers to "\.index\.json\..*\.tmp"$/.test(issue));

async function digestWithout(name: string, isForbidden: (issue: string) => boolean): Promise<string | undefined> {
  const text = await readFile(join(dir, name, "index.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  expect((await oci.validate(parseImageReference(at(name)))).filter(isForbidden)).toEqual([]);
  return JSON.parse(text).manifests[0].digest;
}

const kills = 50;

test("cnb copy to a layout that is killed 50 times at different moments leaves a complete image or none", async () => {
  const copy = (to: string) => ["copy", at("run"), at(to)];
  const { ms } = await undisturbed(copy("whole"));
  const whole = await completeDigest("whole");
  const outcomes = new Set<string>();
  for (let turn = 0; turn < kills; turn++) {
    const to = turn % 2 === 0 ? `copy-${turn}` : `copy-${turn - 1}`;
    outcomes.add(String(await killedAfter(copy(to), (ms * turn) / kills)));
    expect([whole, undefined]).toContain(await digestAfterKill(to));
    if (turn % 2 === 0) continue;
    await cnbSucceeds(copy(to));
    expect(await completeDigest(to)).toBe(whole);
    expect((await readdir(dir)).filter((name) => name.includes(to) && name !== to)).toEqual([]);
    await rm(join(dir, to), { recursive: true });
  }
  expect(outcomes).toContain("SIGKILL");
});

test("cnb rebase of a layout that is killed 50 times at different moments leaves the former or the new image", async () => {
  const rebase = (name: string) => ["rebase", at(name), "--run-image", at("run"), "--force", "name"];
  await cp(join(dir, "app"), join(dir, "rebased"), { recursive: true });
  const former = await completeDigest("app");
  const { ms } = await undisturbed(rebase("rebased"));
  const rebased = await completeDigest("rebased");
  expect(rebased).not.toBe(former);
  const outcomes = new Set<string>();
  for (let turn = 0; turn < kills; turn++) {
    const name = `rebase-${turn}`;
    await cp(join(dir, "app"), join(dir, name), { recursive: true });
    outcomes.add(String(await killedAfter(rebase(name), (ms * turn) / kills)));
    expect([former, rebased]).toContain(await digestAfterKill(name));
    await cnbSucceeds(rebase(name));
    expect(await completeDigest(name)).toBe(rebased);
    await rm(join(dir, name), { recursive: true });
  }
  expect(outcomes).toContain("SIGKILL");
});
