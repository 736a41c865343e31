import type { BuildRoom } from "./build-room.ts";
import type { LauncherVersion } from "./lifecycle-metadata.ts";
import { lifecycleDir } from "./paths.ts";

/**
 * Version and commit of the lifecycle whose launcher goes into the image. Both are compiled into it and told by `-version`;
 * a lifecycle that cannot say has the version of the builder's label.
 */
export async function launcherVersion({ run, builder }: BuildRoom): Promise<LauncherVersion> {
  const chunks: Uint8Array[] = [];
  const code = await run({
    command: [`${lifecycleDir}/exporter`, "-version"],
    env: { CNB_PLATFORM_API: builder.platformApi },
    appWritable: false,
    onOutput: (chunk) => void chunks.push(chunk),
  }).catch(() => 1);
  const said = /^(\d[^\s+]*)(?:\+(\S+))?$/.exec(Buffer.concat(chunks).toString("utf8").trim());
  const [, version = builder.lifecycleVersion, commit = ""] = code === 0 && said ? said : [];
  // Builds without a commit have no repository either.
  return { version, commit, repository: commit ? "github.com/buildpacks/lifecycle" : "" };
}
