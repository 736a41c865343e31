// @needs buildah, busybox, cnb-tester, root
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { type Image, parseImageReference, type TarEntry } from "@libcnb/packager/oci";
import { execute, type Outcome, pinnedNode, root } from "../cnb.ts";
import { type ShellBuildpack, shellBuilder } from "./shell-builder.ts";
import { shellImage } from "./shell-image.ts";

/** Files of an extension, `bin/` executable. extension.toml is made where it is missing. */
export type ExtensionFiles = Readonly<Record<string, string>>;

/** The user that builds: root, or a user with subordinate ids. */
export type Account = "root" | "cnb-tester";

/** The contents of one builder, and the settings of a build with it. */
export interface ExtensionBuild {
  /** By id, in order. */
  readonly extensions: Readonly<Record<string, ExtensionFiles>>;
  /** The settings of the only buildpack. By default, it requires nothing and does nothing. */
  readonly detect?: string;
  readonly build?: string;
  readonly buildpackToml?: string;
  readonly app?: Readonly<Record<string, string>>;
  readonly account?: Account;
  /** The state that is kept from build to build. Default: none. */
  readonly cache?: string;
  readonly flags?: readonly string[];
  /** A command in front of cnb. */
  readonly before?: readonly string[];
}

/** The output and results of a build. */
export interface Built extends Outcome {
  /** Fails where there is none. */
  image(): Promise<Image>;
  readonly output: string;
}

export interface ExtensionWorld {
  readonly dir: string;
  build(given: ExtensionBuild): Promise<Built>;
  /** The command of a build, for whoever starts it. */
  command(
    given: ExtensionBuild,
  ): Promise<{ readonly words: readonly string[]; readonly cache: string; readonly output: string }>;
  /** Writes an image beside the builders, which has this name then. */
  addImage(image: Image, folder: string, name: string): Promise<void>;
  remove(): Promise<void>;
}

export const fromBase = `ARG base_image\nFROM ${["$", "{base_image}"].join("")}\n`;

/** A bin/generate that writes these files. */
export const generating = (files: Readonly<Record<string, string>>): string =>
  `#!/bin/sh\nset -e\ncd "$CNB_OUTPUT_DIR"\n${Object.entries(files)
    .map(([path, text]) => `mkdir -p "$(/bin/busybox dirname ${path})"\ncat > ${path} <<'FILE'\n${text}FILE\n`)
    .join("")}`;

const program: TarEntry = {
  type: "file",
  path: "lifecycle/launcher",
  mode: 0o755,
  uid: 0,
  gid: 0,
  content: Buffer.from("launcher"),
};

/** A run image for an ordinary user. */
export const runImageOf = async (dir: string, labels: Readonly<Record<string, string>> = {}): Promise<Image> =>
  oci.mutate.config(await shellImage(dir, { env: ["PATH=/bin", "KEPT=1=2"], labels }), {
    User: "1000:1000",
  });

/** A test environment that creates builders with extensions and runs builds with them. */
export async function extensionWorld(): Promise<ExtensionWorld> {
  const dir = await mkdtemp(join(tmpdir(), "extension-builds-"));
  await chmod(dir, 0o755);
  await mkdir(join(dir, "images"));
  const addImage: ExtensionWorld["addImage"] = async (image, folder, name) => {
    await oci.write(image, { kind: "oci", dir: join(dir, "images", folder) }, { name });
  };
  await addImage(await runImageOf(dir), "run", "localhost/run:1");
  let count = 0;
  const command: ExtensionWorld["command"] = async (given) => prepare(dir, given, `build-${count++}`);
  return {
    dir,
    command,
    addImage,
    async build(given) {
      const { words, output } = await command(given);
      const [file = "", ...args] = words;
      const outcome = await execute(file, args, { env: { PATH: process.env.PATH } });
      return { ...outcome, output, image: () => imageOf(outcome, output) };
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

async function imageOf({ exitCode, stderr }: Outcome, output: string): Promise<Image> {
  if (exitCode !== 0) throw new Error(stderr);
  return oci.read(parseImageReference(output)).then((index) => oci.imageFor(index));
}

async function prepare(dir: string, given: ExtensionBuild, name: string) {
  const { account = "root", flags = [], before = [], app = { "app.txt": "app" } } = given;
  const location = (folder: string) => join(dir, folder);
  const [builder, source] = [location(`images/${name}`), location(`app-${name}`)];
  await oci.write(await builderOf(dir, given), { kind: "oci", dir: builder }, { name: `localhost/${name}:1` });
  await mkdir(source);
  for (const [path, text] of Object.entries(app)) await writeFile(join(source, path), text);
  const [cache, out] = [location(`cache-${given.cache ?? name}-${account}`), location(`out-${name}`)];
  for (const folder of [cache, out]) {
    await mkdir(folder, { recursive: true });
    await execute("chown", [account, folder]);
  }
  await execute("chmod", ["-R", "a+rX", join(dir, "images"), source]);
  const output = `oci:${join(out, "image")}`;
  const user = account === "root" ? [] : ["runuser", "-u", account, "--"];
  const env = ["env", "-i", `PATH=${process.env.PATH}`, `HOME=${cache}`, `LIBCNB_CACHE_DIR=${cache}`];
  const cnb = [pinnedNode, join(root, "builder-packager/bin/cnb.js"), "build", output];
  const locations = ["--path", source, "--builder", `oci:${builder}`];
  return { words: [...before, ...user, ...env, ...cnb, ...locations, ...flags], cache, output };
}

function builderOf(dir: string, given: ExtensionBuild): Promise<Image> {
  const { extensions, detect = "", build = "", buildpackToml = "" } = given;
  const buildpack: ShellBuildpack = {
    id: "test/app",
    version: "1.0.0",
    files: {
      "buildpack.toml": `api = "0.10"\n[buildpack]\nid = "test/app"\nversion = "1.0.0"\n${buildpackToml}`,
      "bin/detect": `#!/bin/sh\n${detect}\n`,
      "bin/build": `#!/bin/sh\nset -e\n${build}\n`,
    },
  };
  const members = Object.keys(extensions).map((id) => `[[order-extensions.group]]\nid = "${id}"\nversion = "1.0.0"\n`);
  return shellBuilder({
    dir,
    runImage: "localhost/run:1",
    platformApis: ["0.13"],
    buildpacks: [buildpack],
    extensions: Object.entries(extensions).map(([id, files]) => extensionOf(id, files)),
    order: `[[order]]\n[[order.group]]\nid = "test/app"\nversion = "1.0.0"\n[[order-extensions]]\n${members.join("")}`,
    lifecycle: { version: "0.0.0", entries: [program] },
  });
}

const extensionOf = (id: string, files: ExtensionFiles): ShellBuildpack => ({
  id,
  version: "1.0.0",
  files: { "extension.toml": `api = "0.11"\n[extension]\nid = "${id}"\nversion = "1.0.0"\n`, ...files },
});
