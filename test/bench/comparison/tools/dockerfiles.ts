// @needs buildah, docker
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildahIn, buildahSettings, succeeded } from "../../../support/apps/dockerfile-app.ts";
import { execute } from "../../../support/cnb.ts";
import { buildKitClient } from "./buildkit-client.ts";
import { withDaemon } from "./daemon.ts";
import type { Input, Tool } from "./tool.ts";

/** `buildah bud --layers` and `buildah push`. */
export async function openBuildah({ app, dockerfile, settings }: Input): Promise<Tool> {
  const dir = await mkdtemp(join(tmpdir(), "compare-buildah-"));
  const buildah = buildahIn(dir);
  const file = join(dir, "Dockerfile");
  await writeFile(file, dockerfile);
  const how = ["--layers", "--isolation", "chroot", "--tls-verify=false", ...buildahSettings(settings)];
  const build = async (image: string, ...more: readonly string[]) => {
    await buildah("bud", ...how, ...more, "--tag", image, "--file", file, app);
    await buildah("push", "--tls-verify=false", image, `docker://${image}`);
  };
  return {
    build: (image) => build(image),
    repair: (image) => build(image, "--pull-always"),
    close: () => rm(dir, { recursive: true, force: true }),
  };
}

/** `docker build` with BuildKit and `docker push`, with a daemon of its own. */
export const openBuildKit = ({ app, dockerfile, settings }: Input): Promise<Tool> =>
  withDaemon("compare-buildkit-", async ({ host }, dir) => {
    const program = await buildKitClient();
    const file = join(dir, "Dockerfile");
    await writeFile(file, settings.authority ? withSecret(dockerfile) : dockerfile);
    const env = { ...process.env, DOCKER_BUILDKIT: "1" };
    const client = async (...args: readonly string[]) =>
      succeeded(await execute(program, ["--host", host, ...args], { env }));
    const args = Object.entries(settings.args).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]);
    const secret = settings.authority ? ["--secret", `id=ca,src=${settings.authority}`] : [];
    const build = async (image: string, ...more: readonly string[]) => {
      await client("build", "--network", "host", ...args, ...secret, ...more, "--tag", image, "--file", file, app);
      await client("push", image);
    };
    return {
      build: (image) => build(image),
      repair: (image) => build(image, "--pull"),
    };
  });

/** BuildKit mounts no files of the machine. A secret becomes no part of the image, like buildah's volume. */
const withSecret = (dockerfile: string): string =>
  dockerfile.replaceAll(/^RUN /gm, "RUN --mount=type=secret,id=ca,target=/ca.pem ");
