import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { withWrittenPart } from "@libcnb/app-kit/inventory/release-list";
import { runUpdater } from "@libcnb/app-kit/inventory/run-updater";
import { documentOfView, newestReleases } from "./releases.ts";

const command = "npm run inventory:tools";

await runUpdater({
  command,
  about: "Refreshes the releases of package managers in buildpack.toml from the npm registry in npm's configuration.",
  file: join(import.meta.dirname, "../buildpack.toml"),
  refresh: async ([before = ""]) => ({ texts: [withWrittenPart(before, command, await newestReleases(askNpm))] }),
});

/** npm knows the registry, its credentials and certificates. */
async function askNpm(name: string): Promise<unknown> {
  const fields = ["version", "dist.integrity", "engines.node", "license"];
  const args = ["view", `${name}@>=1`, ...fields, "--json"];
  const { stdout } = await promisify(execFile)("npm", args, { cwd: "/", maxBuffer: 256 * 1024 ** 2 });
  return documentOfView(JSON.parse(stdout));
}
