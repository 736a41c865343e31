import { join } from "node:path";
import { downloadText, runUpdater } from "@libcnb/app-kit/inventory/run-updater";
import { type Policy, refresh } from "./releases.ts";
import { registry, upstream } from "./upstream.ts";

await runUpdater({
  command: "npm run inventory",
  about: `Refreshes the releases of Node.js and npm in buildpack.toml from the index of the Node.js project and from the npm registry.
If a source cannot be reached, its releases stay unchanged.`,
  flags: {
    lines: { value: "20,22,24,26", about: "the release lines of Node.js to include", default: "20,22,24,26" },
    newest: { value: "2", about: "the number of releases of each line and architecture", default: "2" },
    index: {
      value: "address",
      about: "the index.json to read; SHASUMS256.txt files are read from the same directory",
      default: "https://nodejs.org/download/release/index.json",
    },
    registry: { value: "address", about: "the URL of the npm registry (default: the one in npm's configuration)" },
  },
  file: join(import.meta.dirname, "../buildpack.toml"),
  refresh([before = ""], { lines = "", newest = "", index = "", registry: address }) {
    return refresh(before, policyOf(lines, newest), {
      upstream: (policy, report) => upstream(index, policy, downloadText, report),
      registry: (policy) => registry(policy, address === undefined ? [] : [`--registry=${address}`]),
    });
  },
});

function policyOf(lines: string, newest: string): Policy {
  const policy = { lines: lines.split(",").map(Number), newest: Number(newest) };
  const isValid = [...policy.lines, policy.newest].every((number) => Number.isInteger(number) && number > 0);
  if (!isValid) throw new Error("--lines and --newest take whole numbers, such as --lines 22,24 --newest 2");
  return policy;
}
