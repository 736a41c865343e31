import { unpackInCache } from "../cache/unpack.ts";
import { cacheDir } from "../cache-dirs.ts";
import type { ScriptCompiler } from "../compile/script.ts";
import { CnbError } from "../errors.ts";
import type { BuildImageOptions } from "../platform/build-options.ts";
import type { Builder } from "../platform/images/builder.ts";
import { chooseBackend } from "../sandbox/backends/choose-backend.ts";
import { waitingLine } from "../waiting.ts";

/** The options of a build that affect the sandbox of the compiler. */
export type CompilerSettings = Pick<BuildImageOptions, "backend" | "env" | "reporter" | "signal">;

/**
 * Compiles sources of an app in a sandbox of the build image, as the build's user. The compiler is
 * loaded and the build image is unpacked only when needed.
 */
export const confinedCompiler =
  (builder: Builder, { backend, env, reporter, signal }: CompilerSettings) =>
  (root: string): ScriptCompiler =>
  async (modules, bundling) => {
    const { sandboxedScript } = await import("../compile/sandboxed/sandboxed-script.ts");
    const isDirect = backend === "direct";
    const environment = {
      arch: architectureOf(builder),
      uid: builder.uid,
      gid: builder.gid,
      signal,
      backend: isDirect ? ("direct" as const) : await chooseBackend(backend, waitingLine(reporter)),
      rootfs: isDirect ? "/" : await unpackInCache(builder.image, { cacheDir: cacheDir(env), reporter, signal }),
    };
    return sandboxedScript(root, environment, { env, reporter, cwd: ".", ignoresProject: true, signal })(
      modules,
      bundling,
    );
  };

function architectureOf({ image: { config } }: Builder): "amd64" | "arm64" {
  const { architecture } = config;
  if (architecture === "amd64" || architecture === "arm64") return architecture;
  throw new CnbError("TARGET_UNSUPPORTED", `TypeScript buildpacks cannot be compiled for linux/${architecture}`, {
    hint: "Use a builder for linux/amd64 or linux/arm64.",
  });
}
