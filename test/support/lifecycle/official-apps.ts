// @needs docker, docker-registry, dockerd, root
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { buildImage } from "@libcnb/packager/testing";
import { expect } from "vitest";
import { referenceWorld } from "../../e2e/reference/reference-world.ts";
import { type App, appFolder } from "../apps/app.ts";
import type { AppWorld } from "../apps/app-cases.ts";
import { runReference } from "../apps/app-docker.ts";
import { isNoApp, makersOf } from "../apps/layer-makers.ts";
import { execute } from "../cnb.ts";
import { type OfficialPack, officialPack } from "../pack/official-pack.ts";
import { type Engine, type Registry, startDocker, startRegistry } from "../service.ts";
import { type OfficialLifecycle, officialLifecycle } from "./official-lifecycle.ts";

/** The official lifecycle alone, and the real pack with a real Docker daemon: makers of images beside cnb. */
export class OfficialMakers implements AsyncDisposable {
  readonly #dir: string;
  readonly #world: AppWorld;
  readonly #registry: Registry;
  readonly #lifecycle: OfficialLifecycle;
  readonly #pack: OfficialPack;
  readonly #docker: Engine;
  readonly #trust: readonly string[];

  private constructor({ dir, world, trust }: Inputs, services: Services) {
    this.#dir = dir;
    this.#world = world;
    this.#trust = trust;
    [this.#registry, this.#lifecycle, this.#pack, this.#docker] = services;
  }

  static async start(world: AppWorld): Promise<OfficialMakers> {
    const dir = await mkdtemp(join(tmpdir(), "official-apps-"));
    const { baseRun } = await referenceWorld();
    const [authority] = world.certificates;
    const lifecycle = await officialLifecycle(world.builder, { platformEnv: world.env, authority });
    const services = await Promise.all([startRegistry(), lifecycle, officialPack(), startDocker()]);
    const makers = new OfficialMakers({ dir, world, trust: trusting(authority) }, services);
    await makers.#push(baseRun, "run");
    await makers.#push(world.builder, "builder");
    return makers;
  }

  /** The same app by all three: equal layers, and the image of pack answers in a container, which ends when it is told to. */
  async expectEqual(name: string, app: App, answer: unknown, exitCode = 0): Promise<void> {
    const folder = await appFolder(app);
    await using ours = await buildImage({ ...this.#world, app: folder });
    await this.#create(folder, `${name}-created`);
    await this.#packBuild(folder, `${name}-packed`);
    const expected = makersOf(ours.image);
    expect(await this.#layersOf(`${name}-created`)).toEqual(expected);
    // pack makes /workspace a directory that everybody may write, which is an entry of each slice
    const packed = await this.#layersOf(`${name}-packed`);
    expect(packed.filter(isNoApp)).toEqual(expected.filter(isNoApp));
    const ran = await runReference(this.#docker, this.#image(`${name}-packed`));
    expect(ran).toEqual({ answer, exitCode });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#docker.stop();
    await this.#lifecycle.remove();
    await this.#pack.remove();
    await this.#registry.stop();
    await rm(this.#dir, { recursive: true, force: true });
  }

  readonly #image = (name: string): string => `${this.#registry.host}/${name}:1`;

  readonly #layersOf = async (name: string) =>
    makersOf(oci.imageFor(await oci.read(parseImageReference(this.#image(name)))));

  async #push(from: string, name: string): Promise<void> {
    const flags = ["--insecure-policy", "--dest-tls-verify=false"];
    const to = `docker://${this.#image(name)}`;
    const { exitCode, stderr } = await execute("skopeo", ["copy", ...flags, from, to]);
    if (exitCode !== 0) throw new Error(stderr);
  }

  async #create(app: string, name: string): Promise<void> {
    const lifecycle = this.#lifecycle;
    await lifecycle.useApp(app);
    await rm(lifecycle.layersDir, { recursive: true }).then(() => mkdir(lifecycle.layersDir));
    const folders = ["-app", "/workspace", "-layers", "/layers", "-platform", "/platform", "-cache-dir", "/mnt"];
    const flags = [...folders, "-run-image", this.#image("run"), "-skip-restore", this.#image(name)];
    const { exitCode, stdout, stderr } = await lifecycle.run("creator", flags);
    expect({ exitCode, log: exitCode === 0 ? "" : stdout + stderr }).toEqual({ exitCode: 0, log: "" });
  }

  async #packBuild(app: string, name: string): Promise<void> {
    const env = Object.entries(this.#world.env).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
    const how = ["--trust-builder", "--publish", "--network", "host", "--docker-host", "inherit"];
    const from = ["--path", app, "--builder", this.#image("builder"), "--run-image", this.#image("run")];
    await this.#pack.succeeds(["build", this.#image(name), ...from, ...how, ...env, ...this.#trust], {
      DOCKER_HOST: this.#docker.host,
    });
  }
}

const trusted = "/platform/authority.crt";

/** Flags of pack for what cnb does with `--ca-cert`. A binding would add the buildpack that reads it. */
const trusting = (authority: string | undefined): readonly string[] =>
  authority === undefined
    ? []
    : [
        "--volume",
        `${authority}:${trusted}:ro`,
        "--env",
        `SSL_CERT_FILE=${trusted}`,
        "--env",
        `NODE_EXTRA_CA_CERTS=${trusted}`,
      ];

interface Inputs {
  readonly dir: string;
  readonly world: AppWorld;
  /** Flags of pack. */
  readonly trust: readonly string[];
}

type Services = readonly [Registry, OfficialLifecycle, OfficialPack, Engine];
