// @needs debian-archive-keyring, docker-registry, git, go
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { formatToml } from "libcnb/spec";
import { notOnNpm } from "../../release/checks.ts";
import { type Manifest, publishedPackages } from "../../release/manifests.ts";
import { readPages, workspacePackages } from "../../release/repository.ts";
import { execute, type Outcome, root } from "../cnb.ts";
import { type NpmRegistry, startNpmRegistry } from "../registry/npm-registry.ts";
import { type Registry, startRegistry } from "../service.ts";
import { keyFiles } from "../signing/keys.ts";

/** A release of this checkout on local registries: verdaccio and Debian's docker-registry. */
export interface PublishedRelease {
  readonly version: string;
  readonly npm: NpmRegistry;
  readonly images: Registry;
  /** The registry and repository of the images. */
  readonly repository: string;
  readonly publicKey: string;
  /** The directory of the release's files: tarballs, list of images, SBOMs and checksums. */
  readonly output: string;
  /** Runs `npm run release` again, with the same options. */
  release(): Promise<Outcome>;
  stop(): Promise<void>;
}

/** A builder of two of the buildpacks: compiling all ten for two platforms takes ten minutes. */
const builder = (version: string) => ({
  description: "Builds Node.js apps",
  buildpacks: [{ uri: "nodejs" }, { uri: "procfile" }],
  order: [
    {
      group: [
        { id: "libcnb/nodejs", version },
        { id: "libcnb/procfile", version, optional: true },
      ],
    },
  ],
});

/** Publishes a copy of the checkout with `npm run release`, as a maintainer does. */
export async function publishRelease(): Promise<PublishedRelease> {
  const dir = await mkdtemp(join(tmpdir(), "release-"));
  const clone = join(dir, "clone");
  const packages = publishedPackages(workspacePackages());
  const [npm, images] = await Promise.all([
    startNpmRegistry(packages.map(({ manifest }) => manifest.name)),
    startRegistry(),
  ]);
  const repository = `${images.host}/libcnb`;
  const { open: publicKey, secret } = await keyFiles(dir, "ecdsa");
  const version = await cloneToRelease(clone);
  await writeFile(join(dir, "npmrc"), `//${new URL(npm.url).host}/:_authToken=${await npm.token()}\n`);
  const where = ["--registry", npm.url, "--images", repository, "--insecure-registry", images.host];
  const what = ["--only", "npm", "--only", "images", "--builder", "builder-of-two.toml"];
  const options = [...what, ...where, "--key", secret, "--public-key", publicKey];
  const env = { ...process.env, NPM_CONFIG_USERCONFIG: join(dir, "npmrc") };
  return {
    version,
    npm,
    images,
    repository,
    publicKey,
    output: join(clone, "dist/release"),
    release: () => execute("npm", ["run", "release", "--", ...options], { cwd: clone, env }),
    async stop() {
      await Promise.all([npm.stop(), images.stop()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Copies the files that git knows, and commits them with the texts of a release. */
async function cloneToRelease(clone: string): Promise<string> {
  const { stdout } = await execute("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
  for (const file of stdout.split("\0").filter((each) => each !== "")) {
    await mkdir(join(clone, dirname(file)), { recursive: true });
    await cp(join(root, file), join(clone, file), { verbatimSymlinks: true }).catch(ignoreMissing);
  }
  const { version } = JSON.parse(await readFile(join(clone, "framework/package.json"), "utf8")) as Manifest;
  const changelog = await readFile(join(clone, "CHANGELOG.md"), "utf8");
  await writeFile(join(clone, "CHANGELOG.md"), changelog.replace("(unreleased)", "(2026-11-25)"));
  await writeFile(join(clone, "builder-of-two.toml"), formatToml(builder(version)));
  for (const [page, text] of Object.entries(readPages()))
    await writeFile(join(clone, page), text.replaceAll(notOnNpm, "now"));
  const author = ["-c", "user.name=Maintainer", "-c", "user.email=maintainer@example.com"];
  for (const args of [
    ["init", "--quiet"],
    ["add", "--all"],
    [...author, "commit", "--quiet", "--message", "release"],
  ]) {
    const { exitCode, stderr } = await execute("git", args, { cwd: clone });
    if (exitCode !== 0) throw new Error(`git ${args.join(" ")} failed: ${stderr}`);
  }
  return version;
}

/** A file that is deleted and not committed yet is still listed. */
function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
