/** Run in processes of their own by a test: compiles the buildpack in a directory and tells the digest of all that comes out. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { compileExecutable } from "../../../builder-packager/src/compile/executable/executable.ts";
import { hostArchitecture } from "../../../builder-packager/src/compile/executable/node-release.ts";
import { buildpackSbom } from "../../../builder-packager/src/compile/licenses/buildpack-sbom.ts";
import type { Runtime } from "../../../builder-packager/src/compile/runtime.ts";
import { silentReporter } from "../../../builder-packager/src/reporter.ts";

const [dir = "", cache = ""] = process.argv.slice(2);

async function compiled(runtime: Runtime) {
  const options = {
    arch: hostArchitecture() ?? "amd64",
    runtime,
    cwd: dir,
    reporter: silentReporter,
    env: { ...process.env, LIBCNB_CACHE_DIR: cache },
  };
  const made = await compileExecutable([{ id: "me/hello", entry: join(dir, "src/buildpack.ts") }], options);
  const { files, start, report, components } = made;
  const digests = files.map(async ({ path, mode, file }) => [path, mode, digest(await readFile(file))]);
  const sbom = await buildpackSbom({ id: "me/hello", version: "1.0.0" }, components);
  return {
    files: await Promise.all(digests),
    start: digest(start ?? Buffer.alloc(0)),
    sbom: digest(Buffer.from(sbom)),
    report,
  };
}

const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

console.log(JSON.stringify(await Promise.all((["node", "script", "small"] as const).map(compiled)), undefined, 1));
