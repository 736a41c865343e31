import { defined, unlessEmpty } from "../../defined.ts";
import { maxProcesses, sandboxSizes, tmpfsSize } from "../limits/default-limits.ts";
import type { PortBinding, SandboxSpec, Tmpfs } from "../spec.ts";
import { sandboxHostname } from "../spec.ts";
import type { ContainerRoot } from "./root-mounts.ts";
import type { ContainerStreams } from "./streams.ts";

/** The settings of a container that depend on the engine and on the caller. */
export interface ContainerContext {
  /**
   * The name of the container's image, which only contains the symbolic links of the root
   * directory.
   */
  readonly image: string;
  /** The user and group of the process in the container: `user:group`. */
  readonly user: string;
  /** podman's mapping of users; undefined for Docker, which has none. */
  readonly userNamespace?: string | undefined;
  /** True if the engine has an init program, which runs as process 1 and reaps orphans. */
  readonly init: boolean;
  /**
   * The resource limits of the container, which equal cnb's own. podman cannot start a container
   * with higher limits.
   */
  readonly ulimits: readonly Ulimit[];
  /**
   * The security option with the seccomp profile; undefined to use the engine's default profile.
   */
  readonly seccomp: string | undefined;
  /** True if the engine runs as an ordinary user. */
  readonly rootless: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly streams: ContainerStreams;
}

/** A resource limit, with the field names of the engine's API. */
export interface Ulimit {
  readonly Name: string;
  readonly Soft: number;
  readonly Hard: number;
}

/**
 * Returns the body of a request to create a container
 * (https://docs.docker.com/reference/api/engine/).
 */
export function containerConfig(spec: SandboxSpec, root: ContainerRoot, context: ContainerContext): object {
  return {
    Image: context.image,
    Entrypoint: [],
    Cmd: spec.command,
    Env: Object.entries(spec.env).map(([name, value]) => `${name}=${value}`),
    User: context.user,
    WorkingDir: spec.cwd,
    Hostname: sandboxHostname,
    AttachStdout: true,
    AttachStderr: true,
    ...connected(context),
    Labels: context.labels,
    ...exposed(spec),
    HostConfig: { ...isolation(spec, context), ...files(spec, root), ...published(spec) },
  };
}

const connected = ({ streams: { stdin, terminal } }: ContainerContext): object => {
  const attached = stdin || undefined;
  return defined({
    AttachStdin: attached,
    OpenStdin: attached,
    StdinOnce: attached,
    Tty: terminal || undefined,
  });
};

const nameOf = ({ containerPort }: PortBinding): string => `${containerPort}/tcp`;

const exposed = ({ ports = [] }: SandboxSpec): object =>
  ports.length === 0 ? {} : { ExposedPorts: Object.fromEntries(ports.map((port) => [nameOf(port), {}])) };

/**
 * Forwards ports. This requires the engine's default network: neither the host's network nor a
 * disabled one has ports to forward.
 */
function published({ ports = [] }: SandboxSpec): object {
  if (ports.length === 0) return {};
  const bindingsOf = (name: string) =>
    ports
      .filter((port) => nameOf(port) === name)
      .map(({ address, hostPort }) => ({ HostIp: address, HostPort: `${hostPort}` }));
  const bindings = Object.fromEntries(ports.map(nameOf).map((name) => [name, bindingsOf(name)]));
  // Docker's default, which podman does not have: an app that is not root may listen on port 80.
  const Sysctls = { "net.ipv4.ip_unprivileged_port_start": "0" };
  return { NetworkMode: "default", PortBindings: bindings, Sysctls };
}

function isolation(
  { network, limits }: SandboxSpec,
  { userNamespace, init, ulimits, rootless, seccomp }: ContainerContext,
): object {
  const memory = limits?.memoryBytes;
  return {
    NetworkMode: network ? "host" : "none",
    CapDrop: ["ALL"],
    // A podman without root may have no control group for it; its own default is in force where it has one.
    ...defined({ PidsLimit: rootless ? undefined : maxProcesses }),
    ShmSize: sandboxSizes().shm.bytes,
    // The files are those of the user: SELinux would hide them, and to relabel them is not ours.
    SecurityOpt: ["no-new-privileges", "label=disable", ...(seccomp === undefined ? [] : [seccomp])],
    Init: init,
    // The output of buildpacks must not stay in the engine's log.
    LogConfig: { Type: "none", Config: {} },
    ...defined({
      UsernsMode: userNamespace,
      Ulimits: unlessEmpty(ulimits),
      Memory: memory,
      MemorySwap: memory,
    }),
  };
}

const files = ({ rootfsWritable }: SandboxSpec, { mounts, tmpfs }: ContainerRoot): object => ({
  ReadonlyRootfs: !rootfsWritable,
  Mounts: mounts.map(({ source, target, readonly }) => ({
    Type: "bind",
    Source: source,
    Target: target,
    ReadOnly: readonly,
  })),
  ...defined({ Tmpfs: tmpfs.length === 0 ? undefined : Object.fromEntries(tmpfs.map(inMemory)) }),
});

function inMemory({ target, mode = 0o1777, ...size }: Tmpfs): [target: string, options: string] {
  const { bytes } = tmpfsSize(size, sandboxSizes().tmp);
  return [target, `rw,nosuid,nodev,exec,mode=${mode.toString(8)},size=${bytes}`];
}
