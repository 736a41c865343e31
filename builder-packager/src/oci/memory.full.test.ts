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
    import * as oci from ${JSON.stringify(new URL("./index.ts", import.meta.url).href)};
    const dir = ${JSON.stringify(dir)};
    const at = (text) => oci.parseImageReference(text.replace("DIR", dir));
    const made = async (compression) => {
      const store = await oci.openBlobStore(dir + "/store");
      const layer = await oci.createLayer(await oci.directoryEntries(dir + "/files", { at: "/x", uid: 0, gid: 0 }), store, { compression, level: 1 });
      return oci.appendLayers(oci.emptyImage({ os: "linux", architecture: "amd64" }), [{ layer }]);
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
  ["compressing with gzip, writing a layout", `await oci.writeImage(await made("gzip"), at("oci:DIR/gzip"))`],
  [
    "compressing with zstd, writing an archive",
    `await oci.writeImage(await made("zstd"), at("oci-archive:DIR/zstd.tar"))`,
  ],
  [
    "making plain layers of zstd",
    `await oci.writeImage(await oci.readImage(at("oci-archive:DIR/zstd.tar")), at("docker-archive:DIR/plain.tar"))`,
  ],
  [
    "validating",
    `await oci.validateImages(at("docker-archive:DIR/plain.tar")).then((issues) => issues.forEach((issue) => { throw issue; }))`,
  ],
])("%s takes at most 300 MiB", ([, program]) => {
  expect(peakMemory(program)).toBeLessThan(300);
});

test("the layer of the memory test has the expected size", () => {
  expect(statSync(join(dir, "plain.tar")).size).toBeGreaterThan(1024 * mib);
});
