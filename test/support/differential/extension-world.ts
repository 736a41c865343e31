// @needs docker-registry
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { type Image, parseImageReference } from "@libcnb/packager/oci";
import { parseToml } from "libcnb/spec";
import { buildImage } from "../../../builder-packager/src/platform/build-image.ts";
import { recordingReporter } from "../../../builder-packager/src/reporter.ts";
import { readTar } from "../../../builder-packager/src/tar/read.ts";
import { exitCodeOf } from "../../../builder-packager/src/terminal/render-error.ts";
import { execute } from "../cnb.ts";
import { releasedLifecycle, withoutClouds } from "../lifecycle/released-lifecycle.ts";
import { freshFolders, runLifecycle, type SandboxRun } from "../lifecycle/sandboxed-lifecycle.ts";
import { startRegistry } from "../service.ts";
import { runImageOf } from "../tiny/extension-world.ts";
import { type ShellBuildpack, shellBuilder } from "../tiny/shell-builder.ts";
import { type Script, script } from "./combination.ts";

/** An order of extensions before one buildpack, given alike to the official phases and to cnb. */
export interface ExtensionCase {
  readonly name: string;
  readonly extensions: readonly ShellBuildpack[];
  /** Default: one group of all extensions. */
  readonly order?: string;
  readonly buildpack?: Script;
  /** The intended differences, as documented in docs/decisions/0013. */
  readonly differs?: string;
}

/** An image as far as the two can make the same of it: what commands of Dockerfiles make has times and numbers of its own. */
export interface ExtendedFacts {
  /** The contents of extensions' layers, and their authors. */
  readonly extended: readonly unknown[];
  readonly layers: readonly string[];
  readonly container: unknown;
  readonly labels: unknown;
  readonly seen: unknown;
}

export type EndedExtended = { readonly exitCode: 0; readonly image: ExtendedFacts } | { readonly exitCode: number };

export interface ExtensionDifferential {
  readonly host: string;
  both(
    given: ExtensionCase,
  ): Promise<{ readonly official: EndedExtended; readonly ours: EndedExtended; readonly log: string }>;
  remove(): Promise<void>;
}

/** A registry with run images `run:1` and `other:1`, and the official lifecycle with its extender. */
export async function extensionDifferential(): Promise<ExtensionDifferential> {
  const dir = await mkdtemp(join(tmpdir(), "extension-differential-"));
  await chmod(dir, 0o755);
  const registry = await startRegistry();
  const { host } = registry;
  const lifecycle = await releasedLifecycle();
  const run = await runImageOf(dir, { "io.buildpacks.rebasable": "true" });
  await oci.write(run, parseImageReference(`${host}/run:1`));
  await oci.write(await runImageOf(dir, { other: "yes" }), parseImageReference(`${host}/other:1`));
  let count = 0;
  return {
    host,
    async both(given) {
      const id = `case-${count++}`;
      const builder = await builderOf(dir, host, lifecycle, given);
      const at = { id, host, dir: join(dir, id), cacheDir: join(dir, "cache"), builder };
      await mkdir(join(at.dir, "app"), { recursive: true });
      await writeFile(join(at.dir, "app/app.txt"), "app");
      const theirs = await official(at);
      const ours = await cnb(at);
      await rm(at.dir, { recursive: true, force: true });
      return { official: theirs.ended, ours: ours.ended, log: `${theirs.log}\n--- cnb\n${ours.log}` };
    },
    async remove() {
      await registry.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

interface At {
  readonly id: string;
  readonly host: string;
  readonly dir: string;
  readonly cacheDir: string;
  readonly builder: Image;
}

function builderOf(
  dir: string,
  host: string,
  lifecycle: Parameters<typeof shellBuilder>[0]["lifecycle"],
  { extensions, order, buildpack = {} }: ExtensionCase,
): Promise<Image> {
  const named = extensions.map((one) => ({
    ...one,
    files: Object.fromEntries(
      Object.entries(one.files).map(([path, text]) => [path, text.replaceAll("REGISTRY", host)]),
    ),
  }));
  const members = extensions.map(({ id }) => `[[order-extensions.group]]\nid = "${id}"\nversion = "1.0.0"\n`);
  return shellBuilder({
    dir,
    lifecycle,
    extensions: named,
    runImage: `${host}/run:1`,
    platformApis: ["0.13"],
    buildpacks: [script("test/app", buildpack)],
    order: `[[order]]\n[[order.group]]\nid = "test/app"\nversion = "1.0.0"\n${order ?? `[[order-extensions]]\n${members.join("")}`}`,
  });
}

/** The phases as pack runs them: each in a container, the extender as root in the image that it extends. */
async function official(at: At): Promise<{ readonly ended: EndedExtended; readonly log: string }> {
  const { host, id, dir, cacheDir, builder } = at;
  const [name, built] = [`${host}/${id}:theirs`, `${host}/${id}-builder:1`];
  await oci.write(builder, parseImageReference(built));
  await freshFolders(join(dir, "official"), join(dir, "app"));
  for (const folder of ["kaniko", "layers/generated", "layers/extended"])
    await ownFolder(join(dir, "official", folder));
  const container = { builder, cacheDir, dir: join(dir, "official") };
  const env = { CNB_PLATFORM_API: "0.13" };
  const digest = `${host}/${id}-builder@${oci.serialize(builder).manifestDigest}`;
  const phases: readonly (() => Promise<SandboxRun>)[] = [
    () => runLifecycle(container, ["analyzer", "-run-image", `${host}/run:1`, name], env),
    () => runLifecycle(container, ["detector", "-app", "/workspace", "-generated", "/layers/generated"], env),
    () => extender(at, "restorer", ["-build-image", digest, "-cache-dir", "/cache"], builder),
    () => extendRunImage(at),
    () => extender(at, "extender", ["-kind", "build", "-platform", "/platform", ...extending], builder),
    () => runLifecycle(container, ["exporter", "-app", "/workspace", "-extended", "/layers/extended", name], env),
  ];
  let log = "";
  for (const phase of phases) {
    const { exitCode, output } = await phase();
    log += output;
    if (exitCode !== 0) return { ended: { exitCode }, log };
  }
  return { ended: { exitCode: 0, image: await factsOf(oci.imageFor(await oci.read(parseImageReference(name)))) }, log };
}

const extending = ["-app", "/workspace", "-generated", "/layers/generated", "-extended", "/layers/extended"];

async function ownFolder(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  await chown(dir, 1000, 1000);
}

/** Only where detect has said in analyzed.toml that there is something to do. */
async function extendRunImage(at: At): Promise<SandboxRun> {
  const text = await readFile(join(at.dir, "official/layers/analyzed.toml"), "utf8");
  const { "run-image": runImage } = parseToml(text, "analyzed.toml") as {
    readonly "run-image": { readonly reference: string; readonly extend?: boolean };
  };
  if (!runImage.extend) return { exitCode: 0, output: "" };
  const image = oci.imageFor(await oci.read(parseImageReference(runImage.reference)));
  return extender(at, "extender", ["-kind", "run", ...extending], image);
}

/** A phase as root in a container of an image whose files it may change. */
async function extender(at: At, phase: string, args: readonly string[], image: Image): Promise<SandboxRun> {
  const root = join(at.dir, "root");
  await rm(root, { recursive: true, force: true });
  await mkdir(root);
  await oci.extract(image, root, { ownership: "keep" });
  const lifecycle = join(at.dir, "lifecycle");
  if (image === at.builder)
    await cp(join(root, "cnb/lifecycle"), lifecycle, { recursive: true, verbatimSymlinks: true });
  const folders = ["layers", "workspace", "platform", "kaniko", "cache"];
  for (const folder of [...folders, "cnb/lifecycle"]) await mkdir(join(root, folder), { recursive: true });
  const mounts = folders.map((folder) => `mount --bind ${join(at.dir, "official", folder)} ${root}/${folder}`);
  const start = `${mounts.join("\n")}
mount --bind ${lifecycle} ${root}/cnb/lifecycle
mount -t proc proc ${root}/proc
mount -t tmpfs tmpfs ${root}/dev
touch ${root}/dev/null && mount --bind /dev/null ${root}/dev/null
exec chroot ${root} "$@"`;
  const env = Object.entries({
    CNB_USER_ID: "1000",
    CNB_GROUP_ID: "1000",
    CNB_PLATFORM_API: "0.13",
    PATH: "/bin",
    HOME: "/root",
    ...withoutClouds,
    container: "docker",
  });
  const spaces = ["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"];
  const words = ["sh", "-ec", start, "sh", `/cnb/lifecycle/${phase}`, ...args];
  const { exitCode, stdout, stderr } = await execute("unshare", [...spaces, ...words], {
    env: { ...Object.fromEntries(env), PATH: `${process.env.PATH}:/bin` },
  });
  return { exitCode, output: `${stdout}${stderr}` };
}

async function cnb({
  id,
  host,
  dir,
  cacheDir,
  builder,
}: At): Promise<{ readonly ended: EndedExtended; readonly log: string }> {
  const location = { kind: "oci", dir: join(dir, "builder") } as const;
  await oci.write(builder, location, { name: "builder:1" });
  const output = parseImageReference(`${host}/${id}:ours`);
  const reporter = recordingReporter();
  const exitCode = await buildImage({
    app: join(dir, "app"),
    builder: location,
    output,
    cache: join(dir, "cache"),
    reporter,
    env: { ...process.env, LIBCNB_CACHE_DIR: cacheDir, SOURCE_DATE_EPOCH: undefined },
    signal: new AbortController().signal,
  }).then(
    () => 0,
    (error) => {
      reporter.info(`${error} ${error.cause}`);
      return exitCodeOf(error);
    },
  );
  const log = reporter.lines.join("\n");
  if (exitCode !== 0) return { ended: { exitCode }, log };
  return { ended: { exitCode: 0, image: await factsOf(oci.imageFor(await oci.read(output))) }, log };
}

async function factsOf({ config, layers }: Image): Promise<ExtendedFacts> {
  const { Labels, ...container } = config.config ?? {};
  const history = (config.history ?? []).map(({ created, created_by }) => `${created} ${created_by ?? ""}`);
  const isExtended = (index: number) => history[index]?.includes("Created by extension:") ?? false;
  const extended = await Promise.all(
    layers.flatMap((layer, index) => (isExtended(index) ? [contentsOf(layer, history[index] ?? "")] : [])),
  );
  const seen = layers.filter((_, index) => history[index]?.includes("Layer: 'seen'"));
  return {
    extended: extended.filter(({ files }) => files.length > 0),
    layers: layers.flatMap(({ diffId }, index) => (isExtended(index) ? [] : [`${diffId} ${history[index]}`])),
    container,
    labels: Labels,
    seen: await Promise.all(seen.map(textsOf)),
  };
}

/** Files alone: which directories above them are told, too, differs. */
async function contentsOf(layer: Image["layers"][number], made: string) {
  const entries = await readTar(layer.uncompressed());
  const files = entries
    .filter(({ type }) => type !== "directory")
    .map((entry) => ({
      path: entry.path.replace(/^\/?/, "/"),
      mode: (entry.mode & 0o7777).toString(8),
      uid: entry.uid,
      gid: entry.gid,
      ...("content" in entry ? { text: Buffer.from(entry.content as Uint8Array).toString() } : {}),
    }));
  return { made, files: files.sort((one, other) => (one.path < other.path ? -1 : 1)) };
}

async function textsOf(layer: Image["layers"][number]): Promise<Record<string, string>> {
  const entries = await readTar(layer.uncompressed());
  return Object.fromEntries(
    entries.flatMap((entry) =>
      "content" in entry ? [[entry.path, Buffer.from(entry.content as Uint8Array).toString()]] : [],
    ),
  );
}
