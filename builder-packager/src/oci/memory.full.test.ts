import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

/** A layer of 1 GiB passes through in pieces: what a program needs for it does not grow with it. */

const dir = mkdtempSync(join(tmpdir(), "libcnb-memory-"));
const mib = 1024 * 1024;
beforeAll(() => {
  mkdirSync(join(dir, "files"));
  const file = openSync(join(dir, "files/large"), "w");
  ftruncateSync(file, 1024 * mib);
  // One byte of 16 at random: a layer of zeros alone is refused as a bomb.
  for (let at = 0; at < 1024 * mib; at += mib / 16) writeSync(file, randomBytes(4096), 0, 4096, at);
  closeSync(file);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Runs a program that has the functions of `/oci` at hand, and says how much memory it took, in MiB. */
function peakMemory(program: string): number {
  const source = `
    import * as oci from ${JSON.stringify(new URL("../api/oci.ts", import.meta.url).href)};
    const dir = ${JSON.stringify(dir)};
    const at = (text) => oci.parseImageReference(text.replace("DIR", dir));
    const made = async (compression) => {
      const store = await oci.openBlobStore(dir + "/store");
      const layer = await oci.createLayer(await oci.directoryEntries(dir + "/files", { at: "/x", uid: 0, gid: 0 }), store, { compression, level: 1 });
      return oci.mutate.appendLayers(oci.emptyImage({ os: "linux", architecture: "amd64" }), [{ layer }]);
    };
    ${program}
    console.log(process.resourceUsage().maxRSS);`;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["--conditions=@libcnb/source", "--input-type=module", "-e", source],
    { encoding: "utf8" },
  );
  expect([status, stderr]).toEqual([0, ""]);
  return Number(stdout) / 1024;
}

test.for<[string, string]>([
  [
    "compressing a layer with gzip and writing an OCI layout",
    `await oci.write(await made("gzip"), at("oci:DIR/gzip"))`,
  ],
  [
    "compressing a layer with zstd and writing an OCI archive",
    `await oci.write(await made("zstd"), at("oci-archive:DIR/zstd.tar"))`,
  ],
  [
    "converting zstd layers to uncompressed layers",
    `await oci.write(await oci.read(at("oci-archive:DIR/zstd.tar")), at("docker-archive:DIR/plain.tar"))`,
  ],
  [
    "validating a docker archive",
    `await oci.validate(at("docker-archive:DIR/plain.tar")).then((issues) => issues.forEach((issue) => { throw issue; }))`,
  ],
])("%s takes at most 300 MiB of memory", ([, program]) => {
  expect(peakMemory(program)).toBeLessThan(300);
});

test("the layer that the memory tests use is larger than 1 GiB", () => {
  expect(statSync(join(dir, "plain.tar")).size).toBeGreaterThan(1024 * mib);
});
