// @needs docker, docker-registry, dockerd, mvn, root
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { envOf, type Image, parseImageReference } from "@libcnb/packager/oci";
import { writeFiles } from "libcnb/testing";
import { referenceWorld } from "../../e2e/reference/reference-world.ts";
import type { AppWorld } from "../apps/app-cases.ts";
import { cnbSucceeds, execute, type Outcome } from "../cnb.ts";
import { plugin } from "../java/apps.ts";
import { spring } from "../java/frameworks.ts";
import { java } from "../java/tools.ts";
import { javaWorld } from "../java/world.ts";
import { allStarted, type Engine, type Registry, startDocker, startRegistry } from "../service.ts";
import { bootBuildImage } from "./boot-gradle.ts";

/** A Spring Boot app, and a Docker daemon and a registry with a builder for it. */
export interface SpringWorld {
  readonly engine: Engine;
  /** Host and port of the registry. */
  readonly host: string;
  /** The directory of the app. Its jar is `target/app-1.0.0.jar`. */
  readonly app: string;
  /** What `cnb emit` prints for the app, whose image is `shop:1` in the registry, with the builder of a tag. */
  emit(kind: "spring-maven" | "spring-gradle", tag?: string): Promise<string>;
  /** Adds images for another platform: `builder:all` and `run:all` are indexes with both. */
  addPlatform(images: { readonly builder: string; readonly runImage: string }): Promise<void>;
  /** Runs goals of Maven with this configuration of the plugin. */
  maven(plugin: string, goals: readonly string[], engine?: Engine): Promise<Outcome>;
  /** Runs `bootBuildImage` with these scripts, on the jar. */
  gradle(scripts: readonly string[], properties?: readonly string[]): Promise<Outcome>;
  /** Builds the jar with `cnb build` and returns the image. */
  cnbBuild(): Promise<Image>;
  image(name: string): Promise<Image>;
  [Symbol.asyncDispose](): Promise<void>;
}

const jar = "target/app-1.0.0.jar";

export async function springWorld(): Promise<SpringWorld> {
  const dir = await mkdtemp(join(tmpdir(), "spring-"));
  const java = await javaWorld();
  const [engine, registry] = await allStarted([startDocker(), startRegistry()]);
  await pushImages(java.builder, registry);
  const app = join(dir, "app");
  const { "pom.xml": pom, ...files } = spring("3.5.7", ["web"]);
  await writeFiles(app, { ...files, "project.toml": projectWith(java.env) });
  const image = (name: string) => `${registry.host}/${name}`;
  const network = "-Dspring-boot.build-image.network=host";
  const env = { ...process.env, DOCKER_HOST: engine.host };
  return {
    engine,
    host: registry.host,
    app,
    async emit(kind, tag = "1") {
      const inputs = ["--builder", image(`builder:${tag}`), "--run-image", image(`run:${tag}`)];
      const names = ["--image", image("shop:1"), ...inputs];
      return (await cnbSucceeds(["emit", kind, ...names], { cwd: app })).stdout;
    },
    async addPlatform({ builder, runImage }) {
      const builders = [await read(image("builder:1")), withOlderApi(await read(builder))];
      const runs = [await read(image("run:1")), await read(runImage)];
      await oci.write({ images: builders }, parseImageReference(image("builder:all")));
      await oci.write({ images: runs }, parseImageReference(image("run:all")));
    },
    async maven(own, goals, { host } = engine) {
      await writeFiles(app, { "pom.xml": `${pom}`.replace(springPlugin, own) });
      return maven(app, [...goals, network], { DOCKER_HOST: host });
    },
    gradle: (scripts, properties = []) =>
      bootBuildImage({ dir: app, jar: join(app, jar), scripts: [...scripts, hostNetwork], properties, env }),
    async cnbBuild() {
      await cp(join(app, jar), join(dir, "cnb/app.jar"));
      const flags = [...variables(java), "--builder", image("builder:1"), "--run-image", image("run:1")];
      await cnbSucceeds(["build", image("cnb:1"), "--path", join(dir, "cnb"), ...flags]);
      return read(image("cnb:1"));
    },
    image: (name) => read(image(name)),
    async [Symbol.asyncDispose]() {
      await engine.stop();
      await registry.stop();
      await java[Symbol.asyncDispose]();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** The mirrors of the tests are on the loopback interface. */
const hostNetwork = "tasks.named('bootBuildImage') { network = 'host' }\n";
const springPlugin = plugin("org.springframework.boot:spring-boot-maven-plugin");

const read = async (name: string): Promise<Image> => oci.imageFor(await oci.read(parseImageReference(name)));

async function pushImages(builder: string, { host }: Registry): Promise<void> {
  const { baseRun } = await referenceWorld();
  await cnbSucceeds(["copy", baseRun, `${host}/run:1`]);
  await oci.write(withOlderApi(await read(builder)), parseImageReference(`${host}/builder:1`));
}

/** The lifecycle asks for a newer API than Debian's engine has, unless this variable of its image names another. */
function withOlderApi(image: Image): Image {
  const env = Object.entries({ ...envOf(image), DOCKER_API_VERSION: "1.41" });
  return oci.mutate.config(image, { Env: env.map(([name, value]) => `${name}=${value}`) });
}

const projectWith = (env: AppWorld["env"]): string =>
  `[_]\nschema-version = "0.2"\n${Object.entries(env)
    .map(([name, value]) => `[[io.buildpacks.build.env]]\nname = "${name}"\nvalue = "${value}"\n`)
    .join("")}`;

const variables = ({ env }: AppWorld): readonly string[] =>
  Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]);

async function maven(cwd: string, goals: readonly string[], more: NodeJS.ProcessEnv): Promise<Outcome> {
  const { command, env } = await java.program("jdk-17/mvn");
  const [program = "", ...options] = command;
  return execute(program, [...options, ...goals], { cwd, env: { ...env, ...more } });
}
