// @needs busybox, namespaces
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cnbSucceeds } from "../../support/cnb.ts";
import { shellImage } from "../../support/tiny/shell-image.ts";

const descriptor = (id: string) =>
  `api = "0.12"\n[buildpack]\nid = "test/${id}"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\n`;

/** An earlier buildpack that tries to set what the operator has locked, and one that looks in detect and prints in build. */
const files = {
  "first/buildpack.toml": descriptor("first"),
  "first/bin/detect": "#!/bin/sh\n",
  "first/bin/build": `#!/bin/sh
set -e
cd "$CNB_LAYERS_DIR"
mkdir -p own/env own/env.build
printf '[types]\\nbuild = true\\n' >own.toml
printf layer >own/env/RELEASES
printf layer >own/env/RELEASES.override
printf layer >own/env.build/MIRROR.override
`,
  "shows/buildpack.toml": descriptor("shows"),
  "shows/bin/detect": `#!/bin/sh\n[ "$RELEASES $MIRROR" = "operator " ] || exit 100\n`,
  "shows/bin/build": `#!/bin/sh\necho "RELEASES=$RELEASES MIRROR=$MIRROR PRESET=$PRESET"\n`,
  "app/app.txt": "",
  "project-app/project.toml": `[_]\nschema-version = "0.3"
[[io.buildpacks.build.env]]
name = "RELEASES"
value = "project"
[[io.buildpacks.build.env]]
name = "RELEASES.override"
value = "project"
[[io.buildpacks.build.env]]
name = "MIRROR"
value = "project"
`,
  "user.env": "RELEASES=file\nMIRROR=file\n",
  "builder.toml": `[build]
image = "oci:base"
[[build.env]]
name = "RELEASES"
value = "operator"
suffix = "override"
[[build.env]]
name = "MIRROR"
value = ""
suffix = "override"
[[build.env]]
name = "PRESET"
value = "operator"
[[run.images]]
image = "oci:base"
[[buildpacks]]
uri = "first"
[[buildpacks]]
uri = "shows"
[[order]]
group = [{ id = "test/first" }, { id = "test/shows" }]
`,
};

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "operator-env-"));
  await chmod(dir, 0o755);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text, { mode: name.includes("/bin/") ? 0o755 : 0o644 });
  }
  await oci.write(await shellImage(dir), { kind: "oci", dir: join(dir, "base") }, { name: "base:1" });
  const flags = ["--config", join(dir, "builder.toml"), "--launcher", "none"];
  await cnbSucceeds(["builder", "create", `oci:${dir}/builder`, ...flags], { env });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const env = { ...process.env, RELEASES: "shell", MIRROR: "shell" };

/** The environment of the last buildpack. */
async function seen(app: string, flags: readonly string[]): Promise<string | undefined> {
  const locations = ["--path", join(dir, app), "--builder", `oci:${dir}/builder`];
  const cache = { LIBCNB_CACHE_DIR: join(dir, "cache") };
  const { stdout, stderr } = await cnbSucceeds(["build", `oci:${dir}/image`, ...locations, ...flags], {
    env: { ...env, ...cache },
  });
  return /RELEASES=.*/.exec(`${stdout}${stderr}`)?.[0];
}

test.for<[string, string, () => readonly string[], string]>([
  ["a layer", "app", () => [], "operator"],
  ["--env", "app", () => ["--env", "RELEASES=user", "--env", "MIRROR=user", "--env", "PRESET=user"], "user"],
  ["--env without a value", "app", () => ["--env", "RELEASES", "--env", "MIRROR"], "operator"],
  ["--env with a suffix", "app", () => ["--env", "RELEASES.override=user"], "operator"],
  ["--env-from", "app", () => ["--env-from", join(dir, "user.env")], "operator"],
  ["project.toml", "project-app", () => [], "operator"],
])("an override in [[build.env]] takes precedence over values set by %s", async ([, app, flags, preset]) => {
  expect(await seen(app, flags())).toBe(`RELEASES=operator MIRROR= PRESET=${preset}`);
});
