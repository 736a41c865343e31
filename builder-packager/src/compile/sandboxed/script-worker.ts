import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { CnbError } from "../../errors.ts";
import type { BundleOptions } from "../bundle/bundle.ts";
import { isBelow } from "../bundle/confinement.ts";
import type { EntryModule } from "../bundle/entry-source.ts";
import { readScript, type Script } from "../script.ts";

// The program that compiles sources of an app, as the build's user in a sandbox: `node script-worker.js JOB`.
// One JSON document on standard output is all that it gives.

/** The inputs of the sandboxed compiler. Paths are those in the sandbox. */
export interface ScriptJob extends BundleOptions {
  readonly modules: readonly [EntryModule, ...EntryModule[]];
}

/** Refuses a package whose package.json is a link to a file outside of the app. */
async function withoutLinks(script: Script, { confinement }: BundleOptions): Promise<Script> {
  const isInside = isBelow(confinement?.roots ?? []);
  for (const { dir } of script.packages) {
    const file = await realpath(join(dir, "package.json")).catch(() => dir);
    if (isInside(file)) continue;
    throw new CnbError(
      "COMPILE_FAILED",
      `${join(dir, "package.json")} is a symbolic link to a file outside the application's directory`,
      {
        hint: "Replace the link with a regular file.",
      },
    );
  }
  return script;
}

const written = ({ code, map, digests, packages, ...script }: Script) => ({
  ...script,
  code: Buffer.from(code).toString("base64"),
  map: Buffer.from(map).toString("base64"),
  digests: [...digests],
  packages: packages.map(({ manifest: { name, license, licenses, description }, ...each }) => ({
    ...each,
    manifest: { name, license, licenses, description },
  })),
});

function refused(error: unknown) {
  if (!(error instanceof CnbError) || error.code !== "COMPILE_FAILED") throw error;
  return { refusal: error.message, hint: error.hint };
}

const { modules, ...options } = JSON.parse(process.argv[2] ?? "") as ScriptJob;
const document = await readScript(modules, options)
  .then(async (script) => written(await withoutLinks(script, options)))
  .catch(refused);
process.stdout.write(JSON.stringify(document));
