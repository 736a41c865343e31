import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as v from "valibot";
import { askFor } from "../../oci/daemon/document.ts";
import { type Engine, engineAt, openEngine } from "../../oci/daemon/engine.ts";
import type { DaemonOptions } from "../../oci/daemon/options.ts";
import { looseObject, record } from "../../schema.ts";
import type { TarEntry } from "../../tar/entry.ts";
import { tarStream } from "../../tar/write.ts";
import type { Ulimit } from "./container-config.ts";
import { startGuard } from "./guard.ts";
import { isAbandoned, ownerLabel, ownOwner } from "./owner.ts";
import { podmanConnection } from "./podman-service.ts";
import { type EngineFacts, seccompOption } from "./seccomp-option.ts";

export type EngineBackend = "docker" | "podman";

/** A connection to a container engine. The containers that it starts end with this process. */
export interface Containers {
  readonly backend: EngineBackend;
  readonly engine: Engine;
  readonly labels: Readonly<Record<string, string>>;
  readonly ulimits: readonly Ulimit[];
  /** True if the engine runs as the user who runs cnb, without root. */
  readonly rootless: boolean;
  /**
   * The security option with the seccomp profile; undefined to use the engine's default profile.
   */
  readonly seccomp: string | undefined;
  /**
   * True if containers are started with the engine's init program. Set to false when the first
   * container shows that the engine does not have one.
   */
  init: boolean;
  /**
   * Runs a function that starts a container. If the engine cannot start several containers at the
   * same time, the functions run one after another.
   */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result>;
}

const opened = new Map<string, Promise<Containers>>();

/**
 * Connects to the container engine of a backend. Later calls return the same connection.
 *
 * @throws CnbError with a code that begins with DAEMON_
 */
export function openContainers(
  backend: EngineBackend,
  env: NodeJS.ProcessEnv,
  options: Omit<DaemonOptions, "env"> = {},
): Promise<Containers> {
  const key = [backend, env["DOCKER_HOST"], env["DOCKER_CONTEXT"], env["CONTAINER_HOST"]].join("\0");
  const known = opened.get(key) ?? open(backend, env, options);
  opened.set(key, known);
  known.catch(() => opened.delete(key)); // the next caller may have started it
  return known;
}

const what = "run a container";
const infoSchema = looseObject({ SecurityOptions: v.nullish(v.array(v.string())) });
const versionSchema = looseObject({ Components: v.nullish(v.array(looseObject({ Name: v.nullish(v.string()) }))) });
const containerList = v.array(
  looseObject({
    Id: v.pipe(v.string(), v.regex(/^[0-9a-f]{12,64}$/)),
    Labels: v.nullish(record(v.string(), v.string())),
  }),
);

async function open(
  backend: EngineBackend,
  env: NodeJS.ProcessEnv,
  { waiting }: Omit<DaemonOptions, "env">,
): Promise<Containers> {
  const reported = waiting === undefined ? {} : { waiting };
  const location = backend === "podman" ? await podmanConnection(env) : undefined;
  const engine = await (location
    ? engineAt(location.endpoint, what, reported)
    : openEngine(what, { env, ...reported }));
  const owner = ownOwner();
  startGuard(engine.endpoint, owner, location?.service);
  const facts = await factsOf(engine);
  const rootless = facts.securityOptions.some((option) => option.startsWith("name=rootless"));
  const seccomp = seccompOption(engine, facts, env);
  await removeAbandoned(engine);
  return {
    backend,
    engine,
    labels: { [ownerLabel]: owner },
    init: true,
    rootless,
    seccomp,
    ulimits: backend === "podman" ? ownLimits() : [],
    // podman 4.3 without root crashes in libsubid when it makes two containers at once.
    inTurn: backend === "podman" ? queue() : (work) => work(),
  };
}

function queue(): Containers["inTurn"] {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}

async function factsOf(engine: Engine): Promise<EngineFacts> {
  const info = await askFor(engine, { method: "GET", path: "/info", expect: [200] }, infoSchema, "the settings");
  const version = await askFor(
    engine,
    { method: "GET", path: "/version", expect: [200] },
    versionSchema,
    "the version",
  );
  return {
    securityOptions: info.SecurityOptions ?? [],
    components: (version.Components ?? []).map(({ Name }) => Name ?? ""),
  };
}

/** Removes containers of builds that were killed together with their guards. */
async function removeAbandoned(engine: Engine): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ label: [ownerLabel] }));
  const path = `/containers/json?all=1&filters=${filters}`;
  const found = await askFor(engine, { method: "GET", path, expect: [200] }, containerList, "the list of containers");
  const left = found.filter(({ Labels }) => isAbandoned(Labels?.[ownerLabel] ?? ""));
  await Promise.all(left.map(({ Id }) => killContainer(engine, Id).then(() => removeContainer(engine, Id))));
}

/**
 * Kills a container. If it were only removed, podman would send SIGTERM first and wait. A container
 * that is not running is no error.
 */
async function killContainer(engine: Engine, id: string): Promise<void> {
  const path = `/containers/${id}/kill?signal=SIGKILL`;
  (await engine.send({ method: "POST", path, expect: [204, 404, 409, 500] })).discard();
}

/**
 * Removes a container with its volumes. It is not an error if the container no longer exists or is
 * already being removed. The next build removes a container that is still busy.
 */
export async function removeContainer(engine: Engine, id: string): Promise<void> {
  const path = `/containers/${id}?force=1&v=1`;
  (await engine.send({ method: "DELETE", path, expect: [200, 204, 404, 409, 500] })).discard();
}

/** The limit of processes to which podman's service lowers its own. */
const maxProcesses = 32_768;

/**
 * The limits of this process for its containers. By default podman requests more than a CI
 * container itself has, and then starts nothing.
 */
function ownLimits(): readonly Ulimit[] {
  if (process.platform !== "linux") return [];
  const limits = readFileSync("/proc/self/limits", "utf8");
  const hard = (name: string): number | undefined => {
    const found = new RegExp(`^${name} +\\S+ +(\\d+)`, "m").exec(limits)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const pairs = [["nofile", hard("Max open files")] as const, ["nproc", hard("Max processes")] as const];
  return pairs.flatMap(([Name, hard]) => {
    const limit = Name === "nproc" ? Math.min(hard ?? maxProcesses, maxProcesses) : hard;
    return limit === undefined ? [] : [{ Name, Soft: limit, Hard: limit }];
  });
}

/**
 * Returns the name of an image that contains only the given links. The image is created if it does
 * not exist.
 */
export async function linkImage(engine: Engine, links: readonly TarEntry[]): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of tarStream(links)) parts.push(part);
  const tag = createHash("sha256").update(Buffer.concat(parts)).digest("hex").slice(0, 12);
  const name = `localhost/libcnb-sandbox:${tag}`;
  if (!(await hasImage(engine, name)))
    await importImage(engine, name, parts).catch(async (error: unknown) => {
      // Docker's containerd image store refuses a name that another run took since: HTTP 500, "already exists"
      if (!(await hasImage(engine, name))) throw error;
    });
  return name;
}

async function hasImage(engine: Engine, name: string): Promise<boolean> {
  const path = `/images/${encodeURIComponent(name)}/json`;
  const answer = await engine.send({ method: "GET", path, expect: [200, 404] });
  answer.discard();
  return answer.status === 200;
}

/**
 * Imports a tar archive as an image. The tag is part of the name, because podman ignores a separate
 * one.
 */
async function importImage(engine: Engine, name: string, parts: readonly Uint8Array[]): Promise<void> {
  const query = new URLSearchParams({ fromSrc: "-", repo: name });
  const body = (async function* () {
    yield* parts;
  })();
  await (await engine.send({ method: "POST", path: `/images/create?${query}`, expect: [200], body })).text();
}
