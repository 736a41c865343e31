// @needs go
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { succeeded } from "../../../support/apps/dockerfile-app.ts";
import { execute } from "../../../support/cnb.ts";
import { goProgram } from "../../../support/signing/go-program.ts";
import { withDaemon } from "./daemon.ts";
import type { Input, Tool } from "./tool.ts";

export const kanikoVersion = "1.24.0";

export const kanikoProgram = (): Promise<string> =>
  goProgram({
    name: "kaniko",
    module: "github.com/GoogleContainerTools/kaniko",
    version: kanikoVersion,
    main: "./cmd/executor",
  });

/** kaniko's executor with a cache of layers in the registry, in a container of a Docker daemon of its own. */
export const openKaniko = ({ host, app, dockerfile, settings }: Input): Promise<Tool> =>
  withDaemon("compare-kaniko-", async ({ docker }, dir) => {
    await writeFile(join(dir, "Dockerfile"), dockerfile);
    await importExecutor(dir, docker);
    const args = Object.entries(settings.args).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]);
    const trust = settings.authority ? ["--volume", `${settings.authority}:/ca.pem:ro`] : [];
    const sources = ["--volume", `${app}:/kaniko/app:ro`, "--volume", `${dir}/Dockerfile:/kaniko/Dockerfile:ro`];
    const container = ["run", "--rm", "--network", "host", ...sources, ...trust, "kaniko"];
    const registry = ["--insecure", "--insecure-pull", "--cache=true", "--cache-repo", `${host}/${cacheName(dir)}`];
    const what = ["--context", "dir:///kaniko/app", "--dockerfile", "/kaniko/Dockerfile", "--force"];
    const build = async (image: string) =>
      succeeded(await docker(...container, ...what, ...registry, ...args, "--destination", image));
    return { build, repair: build };
  });

/** A cache in the registry that no other instance uses. */
const cacheName = (dir: string) => `cache-${dir.replace(/^.*-/, "").toLowerCase()}`;

/** The image of kaniko contains nothing but the executor. */
async function importExecutor(dir: string, docker: (...args: string[]) => ReturnType<typeof execute>): Promise<void> {
  await mkdir(join(dir, "root/kaniko"), { recursive: true });
  await cp(await kanikoProgram(), join(dir, "root/kaniko/executor"));
  succeeded(await execute("tar", ["-C", join(dir, "root"), "-cf", join(dir, "root.tar"), "."]));
  const changes = ['ENTRYPOINT ["/kaniko/executor"]', "ENV PATH=/usr/local/bin:/usr/bin:/bin:/kaniko HOME=/root"];
  succeeded(
    await docker("import", ...changes.flatMap((change) => ["--change", change]), join(dir, "root.tar"), "kaniko"),
  );
}
