// @needs busybox
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { type Image, parseImageReference } from "@libcnb/packager/oci";
import { idleLifecycle } from "../lifecycle/idle-lifecycle.ts";
import { shellBuildpack } from "../pack/pack-modules.ts";
import { tinyImage } from "../tiny/images.ts";
import { shellImage } from "../tiny/shell-image.ts";
import type { HostileCase, HostileDirectory, HostileFiles } from "./tests.ts";

const build = `[build]\nimage = "oci:build"\n`;
const run = `[[run.images]]\nimage = "oci:run"\n`;
const lifecycle = `[lifecycle]\nuri = "lifecycle.tgz"\n`;
export const bases = build + run + lifecycle;
export const buildpacks = (...uris: readonly string[]) =>
  uris.map((uri) => `[[buildpacks]]\nuri = "${uri}"\n`).join("");
export const order = (...members: readonly string[]) =>
  `[[order]]\ngroup = [${members.map((member) => `{ ${member} }`).join(", ")}]\n`;
export const one = `id = "test/one"`;

/** Everything is right but the title. */
export const builder = (
  title: string,
  toml: string | Uint8Array,
  files: HostileFiles = {},
): Pick<HostileCase, "title" | "files" | "run"> => ({
  title,
  files: { "builder.toml": toml, ...files },
  run: "builder create oci:out --config builder.toml",
});

export async function prepare({ dir, write }: HostileDirectory): Promise<void> {
  const tiny = await shellImage(dir);
  const layout = (name: string, image: Image) =>
    oci.write(image, parseImageReference(`oci:${dir}/${name}`), { name: `example.com/${name}:1` });
  await layout("build", tiny);
  await layout("run", tiny);
  await layout("run-arm64", await tinyImage(dir, { architecture: "arm64" }));
  await layout("no-user", oci.mutate.config(tiny, { Env: ["PATH=/bin", "CNB_USER_ID=root"] }));
  await layout("bad-label", oci.mutate.labels(tiny, { "io.buildpacks.buildpack.layers": `{"../x":{"1":{"api":1}}}` }));
  await idleLifecycle(`${dir}/lifecycle.tgz`);
  const folders = {
    one: shellBuildpack("test/one", "1.0.0"),
    "one-changed": shellBuildpack("test/one", "1.0.0", "", { changed: "" }),
    "one-newer": shellBuildpack("test/one", "2.0.0"),
    old: shellBuildpack("test/old", "1.0.0", "", {}),
    windows: shellBuildpack("test/windows", "1.0.0", `[[targets]]\nos = "windows"\narch = "amd64"\n`),
    stacked: shellBuildpack("test/stacked", "1.0.0", `[[stacks]]\nid = "some.stack"\n`),
  };
  for (const [name, files] of Object.entries(folders)) await write(named(name, files));
}

export const named = (folder: string, files: HostileFiles): HostileFiles =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]));

export const composite = (...members: readonly string[]): HostileFiles => ({
  "cycle/buildpack.toml": `api = "0.10"\n[buildpack]\nid = "test/cycle"\nversion = "1.0.0"\n${order(...members)}`,
});

export function withPipe({ dir }: HostileDirectory): HostileFiles {
  const folder = join(dir, "pipe");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  execFileSync("mkfifo", [join(folder, "fifo")]);
  return {
    ...named("pipe", shellBuildpack("test/one", "1.0.0")),
    "builder.toml": bases + buildpacks("pipe") + order(one),
  };
}
