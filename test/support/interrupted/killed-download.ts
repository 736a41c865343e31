/**
 * A download through the cache in a process that kills itself before the given change of the disk, or in the middle of a copy:
 * `killed-download.ts CACHE TO URL INTEGRITY AFTER`. Exit code 0 when there were fewer changes.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const [, , cacheDir = "", to = "", url = "", integrity = "", after = ""] = process.argv;
let left = Number(after);

type Calls = Record<string, (...args: unknown[]) => unknown>;
for (const calls of [fs, fs.promises] as unknown as Calls[]) {
  for (const name of ["rename", "rm", "mkdir", "copyFile", "open"]) {
    const original = calls[name];
    if (!original) continue;
    calls[name] = (...args) => {
      if (left-- > 0) return original.apply(calls, args);
      // what a copy leaves that is not finished
      if (name === "copyFile") fs.writeFileSync(String(args[1]), fs.readFileSync(String(args[0])).subarray(0, 1000));
      process.kill(process.pid, "SIGKILL");
      return undefined;
    };
  }
}
syncBuiltinESMExports();

const { contextDownload } = await import("../../../framework/src/inventory/context-download.ts");
const { downloadFile } = await import("../../../framework/src/host/downloads/download-file.ts");
const quiet = () => {};
const log = { info: quiet, warn: (text: string) => process.stderr.write(`${text}\n`) };
const download = contextDownload({
  env: { BP_DOWNLOAD_CACHE: cacheDir },
  buildpackDir: "/nowhere",
  bindings: { filter: async () => [] },
  clock: Date,
  download: downloadFile,
  log,
} as unknown as Parameters<typeof contextDownload>[0]);
await download(url, { to, integrity });
