/**
 * A build's use of the layer cache in a process that kills itself before the given change of the disk:
 * `killed-cache.ts CACHE WORK STEPS AFTER`. Exit code 0 when there were fewer changes.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";

const [, , cacheDir = "", work = "", steps = "", after = ""] = process.argv;
let left = Number.POSITIVE_INFINITY;

type Calls = Record<string, (...args: unknown[]) => unknown>;
const changes = ["rename", "renameSync", "writeFile", "appendFileSync", "rm", "link", "mkdir", "copyFileSync"];
for (const calls of [fs, fs.promises] as unknown as Calls[]) {
  for (const name of changes) {
    const original = calls[name];
    if (!original) continue;
    calls[name] = (...args) => {
      if (left-- <= 0) process.kill(process.pid, "SIGKILL");
      return original.apply(calls, args);
    };
  }
}
syncBuiltinESMExports();

const { openLayerCache } = await import("../../../builder-packager/src/platform/cache/layer-cache.ts");
const large = join(work, "layers/large");
// What buildpacks do is not counted.
const uncounted = (change: () => void) => {
  const kept = left;
  left = Number.POSITIVE_INFINITY;
  change();
  left = kept;
};

left = Number(after);
const { signal } = new AbortController();
const cache = await openLayerCache(cacheDir, { work, owner: undefined, signal });
const restored = await cache.restore("large", large, "");
if (steps === "replace") {
  uncounted(() => {
    for (const name of fs.readdirSync(join(large, "sub"))) fs.writeFileSync(join(large, "sub", name), "new");
  });
}
if (restored && steps !== "restore")
  await cache.commit({ buildpacks: [] }, [{ sha: "large", hostPath: large, movable: true }]);
await cache.close();
