import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { parseImageReference } from "@libcnb/packager/oci";
import { exportImage } from "../../../builder-packager/src/platform/export/export-image.ts";
import type { Builder } from "../../../builder-packager/src/platform/images/builder.ts";
import { findRunImage } from "../../../builder-packager/src/platform/images/run-image.ts";
import { sandboxFiles } from "../../../builder-packager/src/platform/rootfs/sandbox-files.ts";
import { silentReporter } from "../../../builder-packager/src/reporter.ts";
import { type ExportInput, group } from "./export-input.ts";

/** Prepares an export by our export phase, as after a build that made these layers, with nothing known of any of them. */
export async function ourExport({ dir, runImage, output }: ExportInput): Promise<() => Promise<unknown>> {
  const state = join(dir, "ours");
  await rm(state, { recursive: true, force: true });
  await mkdir(join(state, "sbom"), { recursive: true });
  const reference = parseImageReference(runImage);
  const ids = { uid: 1000, gid: 1000 };
  const builder = { ...ids, platformApi: "0.15", runImages: [{ image: runImage, mirrors: [] }], reference } as const;
  const { signal } = new AbortController();
  const options = {
    app: join(dir, "app"),
    builder: reference,
    output: parseImageReference(output),
    env: { ...process.env, LIBCNB_CACHE_DIR: join(state, "cache") },
    reporter: silentReporter,
    signal,
  };
  const cache = { dir: "", metadata: { buildpacks: [] }, restore: async () => undefined };
  const platform = { image: { config: { os: "linux", architecture: process.arch === "arm64" ? "arm64" : "amd64" } } };
  const found = await findRunImage({ ...builder, ...platform } as unknown as Builder, { given: reference }, {});
  const inside = { app: "/workspace", layers: "/layers", platform: "/platform", tmp: "/tmp" };
  const work = { dir: state, app: join(dir, "app"), layers: join(dir, "layers"), inside };
  const mounts = [{ source: work.layers, target: inside.layers }];
  const environment = { builder, work, files: sandboxFiles(join(dir, "rootfs"), mounts) };
  const result = {
    sbomDir: join(state, "sbom"),
    metadata: { buildpacks: group, labels: [], processes: [], slices: [] },
  };
  return () =>
    exportImage(
      environment as unknown as Parameters<typeof exportImage>[0],
      {
        options,
        runImage: found,
        previous: undefined,
        group,
        result,
        restored: new Map(),
        launcher: { version: "", repository: "", commit: "" },
        build: { target: {}, execEnv: "production" },
        cache: { ...cache, commit: async () => undefined, close: async () => [] },
      } as unknown as Parameters<typeof exportImage>[1],
    );
}
