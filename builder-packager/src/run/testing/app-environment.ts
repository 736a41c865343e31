// @needs busybox, namespaces
import { chmodSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBlobStore } from "../../oci/layers/blob-store.ts";
import { createLayer } from "../../oci/layers/layer.ts";
import type { Image } from "../../oci/model/image.ts";
import { hostPlatform } from "../../oci/model/image-platform.ts";
import { appendLayers, emptyImage, withConfig } from "../../oci/model/mutate.ts";
import type { ContainerConfig } from "../../oci/model/spec.ts";
import { silentReporter } from "../../reporter.ts";
import { removeTree } from "../../sandbox/remove-tree.ts";
import type { TarEntry } from "../../tar/entry.ts";
import type { RunningImage } from "../running-image.ts";
import { type StartOptions, startImage } from "../start-image.ts";

/** An app of a test, with its output so far. */
interface StartedApp {
  readonly app: RunningImage;
  output(): string;
}

/** A test directory in which images of shell commands are created and started. */
export interface AppEnvironment {
  readonly dir: string;
  readonly cacheDir: string;
  imageOf(config: ContainerConfig, architecture?: string): Promise<Image>;
  start(config: ContainerConfig, options?: Partial<StartOptions>, image?: Image): Promise<StartedApp>;
  remove(): Promise<void>;
}

/** Creates a test directory, to be removed after all tests of a file. */
export function openAppEnvironment(): AppEnvironment {
  const dir = mkdtempSync(join(tmpdir(), "cnb-run-"));
  chmodSync(dir, 0o755); // bubblewrap gives up being root
  const cacheDir = join(dir, "cache");
  const imageOf: AppEnvironment["imageOf"] = (config, architecture) => imageIn(dir, config, architecture);
  return {
    dir,
    cacheDir,
    imageOf,
    start: async (config, options = {}, image) => started(image ?? (await imageOf(config)), { cacheDir, ...options }),
    remove: () => removeTree(dir),
  };
}

const root = { uid: 0, gid: 0 };
const applets = ["cat", "cut", "echo", "httpd", "id", "kill", "ls", "pwd", "sh", "sleep", "touch"];
const entries: readonly TarEntry[] = [
  { type: "directory", path: "/bin", mode: 0o755, ...root },
  { type: "file", path: "/bin/busybox", mode: 0o755, content: readFileSync("/bin/busybox"), ...root },
  ...applets.map((name) => ({
    type: "symlink" as const,
    path: `/bin/${name}`,
    target: "busybox",
    mode: 0o777,
    ...root,
  })),
  { type: "directory", path: "/etc", mode: 0o755, ...root },
  { type: "file", path: "/etc/passwd", mode: 0o644, content: Buffer.from("cnb:x:1000:1000::/home:/bin/sh\n"), ...root },
  { type: "file", path: "/bin/script", mode: 0o755, content: Buffer.from("#!/bin/bash -e\n"), ...root },
  { type: "directory", path: "/workspace", mode: 0o755, uid: 1000, gid: 1000 },
  { type: "file", path: "/workspace/index.html", mode: 0o644, content: Buffer.from("hello\n"), uid: 1000, gid: 1000 },
];

async function imageIn(dir: string, config: ContainerConfig, architecture = hostPlatform().architecture) {
  const layer = await createLayer(entries, await openBlobStore(join(dir, "blobs")));
  const base = appendLayers(emptyImage({ os: "linux", architecture }), [{ layer }]);
  return withConfig(base, { User: "cnb", Env: ["PATH=/bin"], WorkingDir: "/workspace", ...config });
}

async function started(image: Image, options: Partial<StartOptions> & Pick<StartOptions, "cacheDir">) {
  let output = "";
  const app = await startImage(image, {
    name: "oci:app",
    reporter: silentReporter,
    onOutput: (chunk) => {
      output += Buffer.from(chunk);
    },
    ...options,
  });
  return { app, output: () => output };
}
