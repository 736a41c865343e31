// @needs busybox
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { shellImage } from "../tiny/shell-image.ts";

/** The commit that `HEAD` of the app names. */
export const sourceCommit = "0123456789abcdef0123456789abcdef01234567";
const bom = {
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  components: [{ type: "library", name: "tool", version: "1" }],
};
/** The files that {@link writeSources} writes, by path. */
export const files: Readonly<Record<string, string>> = {
  "buildpack/buildpack.toml": `api = "0.12"
[buildpack]
id = "test/shell"
version = "1.0.0"
sbom-formats = ["application/vnd.cyclonedx+json"]
[[targets]]
os = "linux"
arch = "amd64"
[[targets]]
os = "linux"
arch = "arm64"
`,
  "buildpack/bin/detect": "#!/bin/sh\n",
  "buildpack/bin/build": `#!/bin/sh
printf '[[processes]]\\ntype = "web"\\ncommand = ["true"]\\ndefault = true\\n' >"$CNB_LAYERS_DIR/launch.toml"
printf '%s' '${JSON.stringify(bom)}' >"$CNB_LAYERS_DIR/launch.sbom.cdx.json"
`,
  "app/file.txt": "my app",
  "app/.git/HEAD": "ref: refs/heads/main\n",
  "app/.git/refs/heads/main": `${sourceCommit}\n`,
  "app/.git/config": '[remote "origin"]\n\turl = https://user:secret@git.example.com/acme/shop.git\n',
  "builder.toml": `[build]
image = "oci:base"
[[run.images]]
image = "oci:base"
[[buildpacks]]
uri = "buildpack"
[[order]]
group = [{ id = "test/shell" }]
`,
};

/**
 * Writes the sources of signed outputs to a directory: the app `app` in a git repository, the buildpack
 * `buildpack` for two platforms, `builder.toml`, and the layout `base` of the builder's base image.
 */
export async function writeSources(dir: string, more: Readonly<Record<string, string>> = {}): Promise<void> {
  await chmod(dir, 0o755);
  for (const [name, text] of Object.entries({ ...files, ...more })) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text, { mode: name.includes("/bin/") ? 0o755 : 0o644 });
  }
  await oci.write(await shellImage(dir), parseImageReference(`oci:${dir}/base`), { name: "base:1" });
}
