import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execute } from "../cnb.ts";

/** An application built from the usual multi-stage Dockerfile by buildah, as the peer of `cnb build`. */
export interface DockerfileApp {
  /** Builds with buildah's cache of layers and exports; the layout is `oci:DIR/image`. */
  build(): Promise<void>;
  /** Forgets images and layers. */
  forget(): Promise<void>;
}

/** The Dockerfile that most guides to a language in containers show. */
export interface Recipe {
  /** The Dockerfile of the app, on top of `localhost/slim`. */
  readonly dockerfile: string;
  /**
   * The Dockerfile of the image that stands for the official slim one, on top of `localhost/base`,
   * with the directory `slim/` next to it.
   */
  readonly slim: string;
  /**
   * The Dockerfile of `localhost/tools`, created in the same way, for a first stage that needs more
   * than the final image.
   */
  readonly tools?: string;
  /** Fills the directory `slim/`. */
  fillSlim(folder: string): Promise<void>;
  /** How package registries are reached here. */
  settings(): Promise<Settings>;
}

/** The arguments of each build, and the CA certificates that the first stage has at `/ca.pem`. */
export interface Settings {
  readonly args: Readonly<Record<string, string>>;
  readonly authority: string | undefined;
}

/** The settings as arguments of buildah. */
export const buildahSettings = ({ args, authority }: Settings): readonly string[] => [
  ...Object.entries(args).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]),
  ...(authority === undefined ? [] : ["--volume", `${authority}:/ca.pem:ro`]),
];

/** Prepares buildah and its base image in `dir`; `base` is the layout of a small Debian image. */
export async function dockerfileApp(dir: string, appDir: string, base: string, recipe: Recipe): Promise<DockerfileApp> {
  const buildah = buildahIn(dir);
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, "Dockerfile"), recipe.dockerfile);
  await makeSlimImage(dir, base, recipe, buildah);
  const settings = buildahSettings(await recipe.settings());
  return {
    async build() {
      const flags = ["--layers", "--isolation", "chroot", ...settings];
      await buildah("bud", ...flags, "--tag", "app", "--file", join(dir, "Dockerfile"), appDir);
      await buildah("push", "app", `oci:${dir}/image:latest`);
    },
    async forget() {
      await buildah("rmi", "--all", "--force");
      await makeSlimImage(dir, base, recipe, buildah);
    },
  };
}

type Buildah = (...args: readonly string[]) => Promise<unknown>;

/** Runs buildah with its images in `dir`, and fails with all that it printed. */
export const buildahIn =
  (dir: string): Buildah =>
  async (...args) =>
    succeeded(
      await execute("buildah", [
        "--storage-driver",
        "overlay",
        "--root",
        join(dir, "root"),
        "--runroot",
        join(dir, "run"),
        ...args,
      ]),
    );

/** Creates `localhost/slim` and `localhost/tools` in the images of a buildah in `dir`. */
export async function makeSlimImage(dir: string, base: string, recipe: Recipe, buildah: Buildah): Promise<void> {
  await mkdir(join(dir, "slim"), { recursive: true });
  await recipe.fillSlim(join(dir, "slim"));
  // by skopeo: buildah makes a name of the path, and no name has capitals
  const storage = `containers-storage:[overlay@${dir}/root+${dir}/run]localhost/base`;
  succeeded(await execute("skopeo", ["copy", "--insecure-policy", base, storage]));
  await writeFile(join(dir, "slim.Dockerfile"), recipe.slim);
  await buildah("bud", "--isolation", "chroot", "--tag", "slim", "--file", join(dir, "slim.Dockerfile"), dir);
  if (recipe.tools === undefined) return;
  await writeFile(join(dir, "tools.Dockerfile"), recipe.tools);
  await buildah("bud", "--isolation", "chroot", "--tag", "tools", "--file", join(dir, "tools.Dockerfile"), dir);
}

/** The outcome of a command that may not fail. */
export function succeeded<
  Result extends { readonly exitCode: number; readonly stdout: string; readonly stderr: string },
>(outcome: Result): Result {
  if (outcome.exitCode !== 0) throw new Error(`exit code ${outcome.exitCode}\n${outcome.stdout}\n${outcome.stderr}`);
  return outcome;
}
