// @needs processes
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readTar } from "../tar/read.ts";
import { normalizeArchive } from "./normalize-archive.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "normalize-archive-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** An archive in the layout of releases, made at this time under this umask. */
async function archiveMadeAt(name: string, seconds: number, umask: number): Promise<Buffer> {
  const made = join(dir, name);
  mkdirSync(join(made, "lifecycle"), { recursive: true });
  writeFileSync(join(made, "lifecycle.toml"), "[lifecycle]\n");
  chmodSync(join(made, "lifecycle.toml"), 0o666 & ~umask);
  for (const program of ["launcher", "lifecycle"]) {
    writeFileSync(join(made, "lifecycle", program), program);
    chmodSync(join(made, "lifecycle", program), 0o755);
    utimesSync(join(made, "lifecycle", program), seconds, seconds);
  }
  symlinkSync("lifecycle", join(made, "lifecycle/creator"));
  for (const file of ["lifecycle.toml", "lifecycle"]) utimesSync(join(made, file), seconds, seconds);
  const packed = join(dir, `${name}.tgz`);
  execFileSync("tar", [
    "--owner=0",
    "--group=0",
    "--sort=name",
    "-czf",
    packed,
    "-C",
    made,
    "lifecycle.toml",
    "lifecycle",
  ]);
  await normalizeArchive(packed, `${packed}.normal`);
  return readFileSync(`${packed}.normal`);
}

test("normalized lifecycle archives do not depend on file times and umask", async () => {
  const one = await archiveMadeAt("one", 1_700_000_000, 0o022);
  const other = await archiveMadeAt("other", 1_000_000, 0o077);
  expect(other).toEqual(one);
  const entries = await readTar(Readable.from([gunzipSync(one)]));
  expect(entries.map(({ path, type, mode, mtime }) => [path, type, mode.toString(8), mtime])).toEqual([
    ["lifecycle.toml", "file", "644", 315532801],
    ["lifecycle", "directory", "755", 315532801],
    ["lifecycle/creator", "symlink", "777", 315532801],
    ["lifecycle/launcher", "file", "755", 315532801],
    ["lifecycle/lifecycle", "file", "755", 315532801],
  ]);
});
