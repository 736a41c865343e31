import { execFile } from "node:child_process";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { documentOfView, newestReleases, withReleases } from "./update.ts";

const usage = `Refreshes the releases of package managers in buildpack.toml from the npm registry that npm is set up for.

  npm run inventory:tools -- [--check] [--file <buildpack.toml>]

  --check   changes nothing; the exit code is 1 if something is newer
`;

const { values } = parseArgs({
  options: {
    check: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
    file: { type: "string", default: join(import.meta.dirname, "../../buildpack.toml") },
  },
});

/** Runs the command and gives its exit code. */
async function update({ check, file }: { readonly check: boolean; readonly file: string }): Promise<number> {
  const before = await readFile(file, "utf8");
  const after = withReleases(before, await newestReleases(askNpm));
  if (after === before) console.log("buildpack.toml is up to date");
  else if (!check) await replace(file, after);
  return check && after !== before ? 1 : 0;
}

/** npm knows the registry, its credentials and certificates. */
async function askNpm(name: string): Promise<unknown> {
  const fields = ["version", "dist.integrity", "engines.node", "license"];
  const args = ["view", `${name}@>=1`, ...fields, "--json"];
  const { stdout } = await promisify(execFile)("npm", args, { cwd: "/", maxBuffer: 256 * 1024 ** 2 });
  return documentOfView(JSON.parse(stdout));
}

async function replace(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
  console.log(`${file} is written`);
}

if (values.help) console.log(usage);
else
  process.exitCode = await update(values).catch((error: unknown) => {
    console.error(`ERROR: ${error instanceof Error ? error.message : error}`);
    return 3;
  });
