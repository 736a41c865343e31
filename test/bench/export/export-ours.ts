import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { parseImageReference } from "@libcnb/packager/oci";
import { emptyImage } from "../../../builder-packager/src/oci/model/mutate.ts";
import {
  exportImage,
  type ExportInput as ImageInput,
} from "../../../builder-packager/src/platform/export/export-image.ts";
import type { Builder } from "../../../builder-packager/src/platform/images/builder.ts";
import { findRunImage } from "../../../builder-packager/src/platform/images/run-image.ts";
import type { BuildEnvironment } from "../../../builder-packager/src/platform/rootfs/build-environment.ts";
import { sandboxFiles } from "../../../builder-packager/src/platform/rootfs/sandbox-files.ts";
import { silentReporter } from "../../../builder-packager/src/reporter.ts";
import { type ExportInput, group } from "./export-input.ts";

/** Prepares an export by our export phase, as after a build that made these layers, with nothing known of any of them. */
export async function ourExport({ dir, runImage, output }: ExportInput): Promise<() => Promise<unknown>> {
  const state = join(dir, "ours");
  await rm(state, { recursive: true, force: true });
  await mkdir(join(state, "sbom"), { recursive: true });
  const { signal } = new AbortController();
  const builder = builderFor(runImage);
  const environment = environmentIn(dir, state, builder, signal);
  const input: ImageInput = {
    runImage: await findRunImage(builder, { given: builder.reference }, {}),
    previousImage: undefined,
    group,
    result: {
      sbomDir: join(state, "sbom"),
      metadata: { buildpacks: group, labels: [], processes: [], slices: [] },
      bom: [],
    },
    restored: new Map(),
    cache: {
      dir: "",
      metadata: { buildpacks: [] },
      restore: async () => undefined,
      commit: async () => undefined,
      close: async () => [],
    },
    launcher: { version: "", repository: "", commit: "" },
    execEnv: "production",
    settings: {
      output: parseImageReference(output),
      env: { ...process.env, LIBCNB_CACHE_DIR: join(state, "cache") },
      reporter: silentReporter,
      signal,
    },
  };
  return () => exportImage(environment, input);
}

const builderFor = (runImage: string): Builder => ({
  reference: parseImageReference(runImage),
  image: emptyImage({ os: "linux", architecture: process.arch === "arm64" ? "arm64" : "amd64" }),
  uid: 1000,
  gid: 1000,
  platformApi: "0.15",
  buildpackApis: [],
  lifecycleVersion: "",
  hasLauncher: true,
  runImages: [{ image: runImage, mirrors: [] }],
});

/** An environment of which export uses the files: it starts nothing. */
function environmentIn(dir: string, state: string, builder: Builder, signal: AbortSignal): BuildEnvironment {
  const inside = { app: "/workspace", layers: "/layers", platform: "/platform", tmp: "/tmp" };
  const layers = join(dir, "layers");
  const rootfs = join(dir, "rootfs");
  const isUnused = () => Promise.reject(new Error("an export starts no program"));
  return {
    builder,
    rootfs,
    work: {
      dir: state,
      app: join(dir, "app"),
      layers,
      platform: join(state, "platform"),
      home: join(state, "home"),
      tmp: join(state, "tmp"),
      inside,
      remove: async () => {},
    },
    files: sandboxFiles(rootfs, [{ source: layers, target: inside.layers }]),
    variables: {},
    platformEnv: new Map(),
    operatorEnv: new Map(),
    signal,
    run: isUnused,
    afterFailure: isUnused,
    temporaryFile: isUnused,
    inExtended: isUnused,
  };
}
