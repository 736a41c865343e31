// @needs docker-registry
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pinnedNode, root } from "../../support/cnb.ts";
import { incompleteTags } from "../../support/registry/audit.ts";
import { type FaultProxy, startFaultProxy } from "../../support/registry/faults.ts";
import { type Registry, startRegistry } from "../../support/service.ts";

let registry: Registry;
let proxy: FaultProxy;
let dir = "";
beforeAll(async () => {
  registry = await startRegistry();
  proxy = await startFaultProxy(registry.host);
  dir = await mkdtemp(join(tmpdir(), "killed-push-"));
});
afterAll(async () => {
  await Promise.all([proxy.stop(), registry.stop()]);
  await rm(dir, { recursive: true, force: true });
});

/** Pushes in a process that dies when it sends its request of this number. Gives its exit code, null when it was killed. */
async function pushKilledAt(request: number, name: string, seed: number): Promise<number | null> {
  const before = proxy.log.length;
  const script = join(root, "test/support/registry/killed-push.ts");
  const child = spawn(pinnedNode, ["--conditions=@libcnb/source", script, name, String(seed)], {
    env: { ...process.env, TMPDIR: dir },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const watch = setInterval(() => proxy.log.length - before >= request && child.kill("SIGKILL"), 1);
  const [code] = (await once(child, "exit")) as [number | null];
  clearInterval(watch);
  return code;
}

const index = { accept: "application/vnd.oci.image.index.v1+json" };
const isTagged = async (repository: string): Promise<boolean> =>
  (await fetch(`http://${registry.host}/v2/${repository}/manifests/1`, { method: "HEAD", headers: index })).ok;

// Two platforms take about twenty requests: a greeting, checks, blobs, two manifests and the index.
const all = Array.from({ length: 19 }, (_, at) => at + 1);
test.for(process.env["LIBCNB_TEST_ALL"] === "1" ? all : [1, 7, 13, 18, 19])(
  "a push that is killed at its request number %i leaves no tag that refers to an incomplete image",
  async (request) => {
    const repository = `killed-${request}`;
    // The registry is slow enough that the process dies in the middle of something.
    proxy.inject({ on: /./, fault: { kind: "slow" }, times: 10_000 });
    expect(await pushKilledAt(request, `${proxy.host}/${repository}:1`, request)).toBeNull();
    proxy.inject();
    expect(await isTagged(repository)).toBe(false);
    expect(await incompleteTags(registry.host, repository)).toEqual([]);
    expect(await pushKilledAt(Number.POSITIVE_INFINITY, `${proxy.host}/${repository}:1`, request)).toBe(0);
    expect(await isTagged(repository)).toBe(true);
    expect(await incompleteTags(registry.host, repository)).toEqual([]);
  },
);
