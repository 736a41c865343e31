import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CnbError } from "../errors.ts";
import { writeImage } from "../oci/image-io.ts";
import type { Digest } from "../oci/model/digest.ts";
import type { Image } from "../oci/model/image.ts";
import type { ImageConfig } from "../oci/model/spec.ts";
import { readHostFacts } from "../sandbox/backends/host-facts.ts";
import { removeTree } from "../sandbox/remove-tree.ts";
import { lastStates } from "../text/last-state.ts";
import { applyHint } from "./apply-hint.ts";
import { type Application, buildArguments, inNamespaces } from "./command.ts";
import { type CommandResult, runCommand } from "./run-command.ts";

/** Options for {@link openStorage}. */
export interface StorageOptions {
  /** The directory on disk for buildah's files. It is created if necessary. */
  readonly dir: string;
  /** True if `RUN` instructions have network access. */
  readonly network: boolean;
  readonly signal: AbortSignal;
}

/** An image in buildah's storage. */
export interface StoredImage {
  readonly config: ImageConfig;
  /** Returns the path of a layer's tar archive. */
  layerFile(diffId: Digest): string;
}

/** A private buildah storage, separate from the user's own images. */
export interface Storage {
  /** Adds an image and returns its id in the storage. */
  add(image: Image): Promise<string>;
  /** Applies a Dockerfile and returns the id of the new image. Output goes to `onOutput`. */
  build(
    application: Omit<Application, "idFile">,
    onOutput: (chunk: Uint8Array) => void,
  ): Promise<CommandResult & { id: string }>;
  /** Reads an image from the storage. The image that was read before becomes invalid. */
  take(id: string): Promise<StoredImage>;
  /** Removes the storage, including files that only the user's subordinate ids can remove. */
  remove(): Promise<void>;
}

/**
 * Creates an empty storage.
 *
 * @throws CnbError EXTENSION_APPLY_FAILED if buildah cannot use it
 */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const { dir } = options;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await writeSettings(dir);
  const driver = await driverOf(options);
  const run = (args: readonly string[], more?: Run) => buildah(options, driver, args, more);
  let count = 0;
  return {
    async add(image) {
      const layout = `base-${count++}`;
      await writeImage(image, { kind: "oci", dir: join(dir, layout) }, { name: "base" });
      const { stdout } = succeeded("read the image", await run(["pull", "--quiet", ...policy, `oci:${layout}:base`]));
      await removeTree(join(dir, layout));
      return stdout.trim();
    },
    async build(application, onOutput) {
      const idFile = join(dir, `id-${count++}`);
      const [command = "", ...rest] = buildArguments({ ...application, idFile });
      const ended = await run([command, ...policy, ...rest], { onOutput, context: application.context });
      const id = ended.exitCode === 0 ? (await readFile(idFile, "utf8")).trim() : "";
      return { ...ended, id: id.replace(/^sha256:/, "") };
    },
    async take(id) {
      const taken = join(dir, "taken");
      await removeTree(taken);
      succeeded("write the image", await run(["push", "--quiet", "--disable-compression", ...policy, id, "dir:taken"]));
      return storedImage(taken);
    },
    remove: () => removeTree(dir),
  };
}

/** One run of buildah. */
interface Run {
  readonly onOutput?: (chunk: Uint8Array) => void;
  /** The build context, which buildah can access in addition to the storage. */
  readonly context?: string;
}

const policy = ["--signature-policy", "policy.json"];

/**
 * Writes buildah's settings, because the machine's settings may only work for its own containers.
 */
async function writeSettings(dir: string): Promise<void> {
  const settings = `[storage]\ndriver = "overlay"\nrunroot = ${JSON.stringify(join(dir, "run"))}\ngraphroot = ${JSON.stringify(join(dir, "graph"))}\n`;
  await writeFile(join(dir, "storage.conf"), settings);
  await writeFile(join(dir, "registries.conf"), "");
  await writeFile(join(dir, "policy.json"), JSON.stringify({ default: [{ type: "insecureAcceptAnything" }] }));
  await mkdir(join(dir, "tmp"), { recursive: true });
}

/**
 * Chooses the storage driver. `vfs` copies files. It is used if no overlay can be mounted, for
 * example in a container whose root is an overlay.
 */
async function driverOf(options: StorageOptions): Promise<"overlay" | "vfs"> {
  const { exitCode } = await buildah(options, "overlay", ["images", "--quiet"]);
  if (exitCode === 0) return "overlay";
  succeeded("create a storage directory", await buildah(options, "vfs", ["images", "--quiet"]));
  return "vfs";
}

function buildah(
  { dir, network, signal }: StorageOptions,
  driver: string,
  args: readonly string[],
  { onOutput, context }: Run = {},
): Promise<CommandResult> {
  const host = readHostFacts(process.env);
  const asRoot = process.getuid?.() === 0;
  const store = ["--root", join(dir, "graph"), "--runroot", join(dir, "run"), "--storage-driver", driver];
  const words = [host.tools["buildah"] ?? "buildah", ...store, ...args];
  const locations = [dir, ...(context === undefined ? [] : [context])];
  const proxies = network ? proxiesOf(process.env) : {};
  const env = { ...environmentOf(dir), ...proxies };
  const command = inNamespaces(words, { asRoot, network, locations, cwd: dir, env }, host);
  return runCommand(command, { cwd: dir, signal, onOutput });
}

const environmentOf = (dir: string): Record<string, string> => ({
  HOME: dir,
  TMPDIR: join(dir, "tmp"),
  XDG_RUNTIME_DIR: join(dir, "tmp"),
  CONTAINERS_STORAGE_CONF: join(dir, "storage.conf"),
  CONTAINERS_REGISTRIES_CONF: join(dir, "registries.conf"),
  CONTAINERS_CONF: "/dev/null",
  // it is root of a user namespace already
  _CONTAINERS_USERNS_CONFIGURED: "1",
});

const proxiesOf = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"]
      .flatMap((name) => [name, name.toLowerCase()])
      .flatMap((name) => (env[name] ? [[name, env[name]]] : [])),
  );

function succeeded(what: string, ended: CommandResult): CommandResult {
  if (ended.exitCode === 0) return ended;
  throw new CnbError("EXTENSION_APPLY_FAILED", `buildah cannot ${what} (exit code ${ended.exitCode})`, {
    cause: new Error(lastStates(ended.last.trim())),
    hint: applyHint(ended.last, "Run cnb doctor: it checks whether image extensions can be applied on this machine."),
  });
}

async function storedImage(dir: string): Promise<StoredImage> {
  const { config } = JSON.parse(await readFile(join(dir, "manifest.json"), "utf8"));
  const hex = (digest: string) => digest.replace(/^sha256:/, "");
  return {
    config: JSON.parse(await readFile(join(dir, hex(config.digest)), "utf8")),
    layerFile: (diffId) => join(dir, hex(diffId)),
  };
}
