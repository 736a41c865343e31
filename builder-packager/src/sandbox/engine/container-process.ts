import { existsSync, realpathSync } from "node:fs";
import type { Duplex } from "node:stream";
import { finished } from "node:stream/promises";
import * as v from "valibot";
import { CnbError } from "../../errors.ts";
import { askFor, decoded } from "../../oci/daemon/document.ts";
import type { Engine } from "../../oci/daemon/engine.ts";
import { looseObject } from "../../schema.ts";
import { mountPoint } from "../mounts/mount-points.ts";
import { type ExitStatus, exitStatusOfNumber } from "../processes/exit-status.ts";
import type { SandboxOutput, SandboxProcess } from "../processes/sandbox-process.ts";
import type { PreparedSpec } from "../spec.ts";
import { containerConfig } from "./container-config.ts";
import { type Containers, linkImage, removeContainer } from "./containers.ts";
import { containerRoot } from "./root-mounts.ts";
import { type ContainerStreams, connectStreams, followSize, streamsOf } from "./streams.ts";

/**
 * Starts a command in its own container. The command's background processes end with the container.
 * Throws SANDBOX_FAILED, DAEMON_….
 */
export async function startContainer(
  containers: Containers,
  spec: PreparedSpec,
  options: SandboxOutput,
): Promise<SandboxProcess> {
  const { engine } = containers;
  const streams = streamsOf(options);
  const { id, output } = await containers.inTurn(() => started(containers, spec, streams));
  const steps = [connectStreams(output, streams, options.onOutput), followSize(engine, id, streams)];
  // An interrupted process has no further output.
  const drained = finished(output, { writable: false }).catch(() => undefined);
  const ended = endOf(engine, id, drained).finally(() => {
    for (const step of steps) step();
    return removeContainer(engine, id);
  });
  ended.catch(() => {}); // whoever waits sees it; until then it is not an unhandled rejection
  return {
    pid: -1,
    ended,
    signal: (name) => signalContainer(engine, id, name),
    commandPid: () => pidOf(engine, id),
  };
}

interface StartedContainer {
  readonly id: string;
  readonly output: Duplex;
}

/**
 * Starts a container with the engine's init program, or with one of this machine if the engine has
 * none.
 */
async function started(
  containers: Containers,
  spec: PreparedSpec,
  streams: ContainerStreams,
): Promise<StartedContainer> {
  if (containers.init) {
    try {
      return await start(containers, spec, streams);
    } catch (error) {
      if (!lacksInit(error)) throw error;
      containers.init = false;
    }
  }
  return start(containers, await withInit(spec), streams);
}

const lacksInit = (error: unknown): boolean =>
  error instanceof CnbError && /docker-init|catatonit|container-init|init binary/.test(error.message);

/**
 * Static init programs that a machine may have even if the engine has none. Without one, the
 * command itself is process 1.
 */
const initPrograms = [
  "/usr/libexec/podman/catatonit",
  "/usr/bin/catatonit",
  "/usr/bin/docker-init",
  "/usr/bin/tini-static",
];

async function withInit(spec: PreparedSpec): Promise<PreparedSpec> {
  const source = initPrograms.find((file) => existsSync(file));
  if (source === undefined) return spec;
  const target = await mountPoint(spec.rootfs, "/run/.cnb-init", "file");
  const mounts = [...spec.mounts, { source: realpathSync(source), target, kind: "file" as const, readonly: true }];
  return { ...spec, mounts, command: [target, "--", ...spec.command] };
}

async function start(containers: Containers, spec: PreparedSpec, streams: ContainerStreams): Promise<StartedContainer> {
  const { engine } = containers;
  const id = await create(containers, spec, streams).catch((error: unknown) => {
    throw explained(error, engine);
  });
  try {
    const output = await engine.hijack(
      `/containers/${id}/attach?stream=1&stdout=1&stderr=1${streams.stdin ? "&stdin=1" : ""}`,
    );
    output.on("error", () => {}); // its end is what counts
    (await engine.send({ method: "POST", path: `/containers/${id}/start`, expect: [204] })).discard();
    return { id, output };
  } catch (error) {
    await removeContainer(engine, id);
    throw explained(error, engine);
  }
}

/**
 * The response to a creation request. The id is checked because it becomes part of request paths.
 */
const created = looseObject({ Id: v.pipe(v.string(), v.regex(/^[0-9a-f]{12,64}$/)) });

async function create(containers: Containers, spec: PreparedSpec, streams: ContainerStreams): Promise<string> {
  const { engine } = containers;
  const root = await containerRoot(spec);
  const image = await linkImage(engine, root.links);
  const json = containerConfig(spec, root, { ...containers, ...userOf(containers, spec), image, streams });
  const request = { method: "POST", path: "/containers/create", expect: [201], json } as const;
  return (await askFor(engine, request, created, "the new container")).Id;
}

/**
 * Returns the user of a container, so that the container can access the files of the caller. If
 * root runs cnb, the container runs as the build's user. If an ordinary user runs cnb, podman maps
 * that user to the build's user. A rootful Docker runs the container with the uid and gid of that
 * user, because it does not map users. A rootless Docker runs the container as root, which Docker
 * maps to that user.
 */
export function userOf(
  { backend, rootless }: Pick<Containers, "backend" | "rootless">,
  { uid, gid }: { readonly uid: number; readonly gid: number },
  caller: number | undefined = process.getuid?.(),
  group: number | undefined = process.getgid?.(),
): { readonly user: string; readonly userNamespace?: string } {
  const user = `${uid}:${gid}`;
  if (caller === undefined || caller === 0 || process.platform !== "linux") return { user };
  if (backend === "podman") return uid === 0 ? { user } : { user, userNamespace: `keep-id:uid=${uid},gid=${gid}` };
  return { user: rootless ? "0:0" : `${caller}:${group}` };
}

/** Explains an error about missing files: the engine is on another machine. */
function explained(error: unknown, engine: Engine): unknown {
  if (
    !(error instanceof CnbError) ||
    !/bind source path does not exist|(statfs|opening seccomp profile) .*no such file/.test(error.message)
  )
    return error;
  return new CnbError(
    "SANDBOX_FAILED",
    `the container engine at ${engine.where} cannot mount the files of this machine`,
    {
      cause: error,
      hint: "Use an engine on this machine, set LIBCNB_CACHE_DIR to a directory that the engine can mount, or use another --backend.",
    },
  );
}

const waited = looseObject({ StatusCode: v.pipe(v.number(), v.integer()) });

async function endOf(engine: Engine, id: string, drained: Promise<unknown>): Promise<ExitStatus> {
  const request = { method: "POST", path: `/containers/${id}/wait`, expect: [200], isLong: true } as const;
  const { StatusCode } = await askFor(engine, request, waited, "the exit status of a container");
  await drained;
  return exitStatusOfNumber(StatusCode);
}

async function signalContainer(engine: Engine, id: string, name: NodeJS.Signals): Promise<void> {
  const path = `/containers/${id}/kill?signal=${name}`;
  // It may have ended just now, or be gone.
  (await engine.send({ method: "POST", path, expect: [204, 404, 409, 500] })).discard();
}

const running = looseObject({
  State: v.optional(looseObject({ Pid: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))) })),
});

async function pidOf(engine: Engine, id: string): Promise<number | undefined> {
  const answer = await engine.send({ method: "GET", path: `/containers/${id}/json`, expect: [200, 404] });
  const { State } = decoded(
    running,
    await answer.document(),
    `the state of a container of the container engine at ${engine.where}`,
  );
  return State?.Pid || undefined;
}
