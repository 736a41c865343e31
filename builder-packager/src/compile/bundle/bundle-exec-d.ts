import { realpath } from "node:fs/promises";
import { dirname } from "node:path";
import { build } from "esbuild";
import { absentUses, launchNodeLayer, onNodeLayer } from "../small/node-layer.ts";
import { type Bundle, bundled, bundlerDefaults, forSmallEngine, modulesOf } from "./bundler.ts";
import { type ExecDModule, execDSource } from "./entry-source.ts";

/**
 * Bundles an exec.d program for the small engine. The program imports the framework, and the
 * framework imports modules that the engine for exec.d programs does not have. Such an import is an
 * error only if the program uses it.
 *
 * @param cwd the directory to which file names in errors are relative
 * @throws CnbError COMPILE_FAILED with file, line and column of every mistake.
 */
export async function bundleExecD(execD: ExecDModule, { cwd }: { readonly cwd: string }): Promise<Bundle> {
  const dir = await realpath(dirname(execD.entry));
  const layer = await launchNodeLayer();
  const attempt = (refuses: (importer: string) => boolean) =>
    build({
      ...bundlerDefaults,
      ...forSmallEngine([`import "globals";`, execDSource(execD)].join("\n"), dir),
      plugins: [onNodeLayer(layer, { refuses }), ...bundlerDefaults.plugins],
    });
  const modules = [{ id: execD.buildpack.id, entry: execD.entry }] as const;
  return bundled(
    { modules, execD, dir, cwd },
    async () => {
      const result = await attempt(() => false);
      const users = absentUses(result.metafile, dir);
      return users.size === 0 ? result : attempt((importer) => users.has(importer));
    },
    modulesOf,
  );
}
