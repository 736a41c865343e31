import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cnbSucceeds } from "../../../support/cnb.ts";
import { officialPack } from "../../../support/pack/official-pack.ts";
import { allStarted, startDocker } from "../../../support/service.ts";
import type { Input, Tool } from "./tool.ts";

const imagesIn = (host: string) => ["--builder", `${host}/builder:1`, "--run-image", `${host}/run:1`];

const envFlags = (env: Readonly<Record<string, string>>) =>
  Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]);

/** `cnb build` and `cnb rebase`. */
export async function openCnb({ host, app, world }: Input): Promise<Tool> {
  const cache = await mkdtemp(join(tmpdir(), "compare-cnb-"));
  const options = { env: { ...process.env, LIBCNB_CACHE_DIR: cache } };
  const trust = world.certificates.flatMap((file) => ["--ca-cert", file]);
  const flags = ["--path", app, ...imagesIn(host), ...envFlags(world.env), ...trust];
  return {
    build: (image) => cnbSucceeds(["build", image, ...flags], options),
    repair: (image) => cnbSucceeds(["rebase", image], options),
    close: () => rm(cache, { recursive: true, force: true }),
  };
}

const mounted = "/platform/authority.crt";

/** `pack build --trust-builder` and `pack rebase`, with a Docker daemon of their own. */
export async function openPack({ host, app, world }: Input): Promise<Tool> {
  const starting = officialPack().then((pack) => ({ ...pack, stop: pack.remove }));
  const [pack, docker] = await allStarted([starting, startDocker()]);
  const [authority] = world.certificates;
  if (authority) await cp(authority, join(pack.home, "authority.crt"), { dereference: true });
  const trust = authority
    ? [
        ...envFlags({ SSL_CERT_FILE: mounted, NODE_EXTRA_CA_CERTS: mounted }),
        "--volume",
        `${pack.home}/authority.crt:${mounted}:ro`,
      ]
    : [];
  const how = ["--trust-builder", "--publish", "--network", "host", "--docker-host", "inherit"];
  const flags = ["--path", app, ...imagesIn(host), ...how, ...envFlags(world.env), ...trust];
  const env = { DOCKER_HOST: docker.host };
  return {
    build: (image) => pack.succeeds(["build", image, ...flags], env),
    repair: (image) => pack.succeeds(["rebase", image, "--publish"], env),
    close: () => Promise.all([pack.remove(), docker.stop()]),
  };
}
