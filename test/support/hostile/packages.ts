import { rmSync } from "node:fs";
import { join } from "node:path";
import type { HostileCase, HostileDirectory, HostileFiles } from "./tests.ts";

export const toml = (id: string, rest = "", version = "1.0.0") =>
  `api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "${version}"\n${rest}`;
const scripts = { "bin/detect": "#!/bin/sh\n", "bin/build": "#!/bin/sh\n" };
export const order = (...members: readonly string[]) =>
  `[[order]]\ngroup = [${members.map((member) => `{ ${member} }`).join(", ")}]\n`;
export const depends = (...uris: readonly string[]) =>
  `[buildpack]\nuri = "."\n${uris.map((uri) => `[[dependencies]]\nuri = "${uri}"\n`).join("")}`;
export const a = `id = "me/a", version = "1.0.0"`;

/** A buildpack of scripts in the directory `bp`, but for the files that are given. */
export const packaged = (
  title: string,
  files: HostileFiles,
  more = "",
): Pick<HostileCase, "title" | "files" | "run"> => ({
  title,
  files: ({ dir }) => {
    rmSync(join(dir, "bp"), { recursive: true, force: true });
    const all = { "buildpack.toml": toml("me/it"), "package.toml": depends(), ...scripts, ...files };
    return Object.fromEntries(
      Object.entries(all).map(([path, content]) => [path.startsWith("../") ? path.slice(3) : `bp/${path}`, content]),
    );
  },
  run: `buildpack package bp --output oci:out ${more}`.trim(),
});

export const composite = (...members: readonly string[]) => ({ "buildpack.toml": toml("me/it", order(...members)) });

export async function prepare({ write }: HostileDirectory): Promise<void> {
  const folder = (name: string, text: string) => ({
    [`${name}/buildpack.toml`]: text,
    [`${name}/bin/detect`]: "#!",
    [`${name}/bin/build`]: "#!",
  });
  await write({
    ...folder("a", toml("me/a")),
    ...folder("b", toml("me/b")),
    ...folder("a-again", toml("me/a", `name = "Another"\n`)),
  });
}
