/** Runs a buildpack's detect and prints what was loaded for it, one file or module of Node.js per line: see detect-loads.test.ts. */
import { writeSync } from "node:fs";
import { registerHooks } from "node:module";

const loaded: string[] = [];
registerHooks({
  load(url, context, nextLoad) {
    loaded.push(url);
    return nextLoad(url, context);
  },
});
const internal = (process as unknown as { readonly moduleLoadList: readonly string[] }).moduleLoadList;
const before = new Set(internal);
process.on("exit", () => {
  const ofNode = internal.filter((name) => !before.has(name) && name.startsWith("NativeModule "));
  writeSync(1, [...loaded, ...ofNode].join("\n"));
});

const { runBuildpacks } = await import("libcnb/runtime");
await runBuildpacks({ "bench/noop": () => import("../../bench/noop/src/buildpack.ts") });
