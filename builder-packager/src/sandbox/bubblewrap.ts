import { type HostFacts, type Mount, type PreparedSpec, type SandboxCommand, sandboxHostname } from "./spec.ts";

/** File descriptors: 3 carries the arguments, 4 the status report, 5 stays open as long as anything inside lives. */
const argsFd = "3";
const statusFd = "4";
const lifeFd = "5";

/** The bubblewrap command line of a sandbox. Options travel through a pipe since `--setenv` holds secrets. */
export function bubblewrapCommand(spec: PreparedSpec, host: HostFacts): SandboxCommand {
  const options = [...isolation(spec), ...fileSystem(spec), ...environment(spec)];
  return {
    file: host.tools.bwrap ?? "bwrap",
    args: ["--args", argsFd, "--json-status-fd", statusFd, "--sync-fd", lifeFd, "--", ...spec.command],
    env: {},
    secretArgs: options.map((option) => `${option}\0`).join(""),
  };
}

function isolation({ uid, gid, network }: PreparedSpec): readonly string[] {
  const namespaces = ["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"];
  return [
    ...namespaces,
    ...(network ? [] : ["--unshare-net"]),
    ...["--hostname", sandboxHostname, "--uid", `${uid}`, "--gid", `${gid}`],
    ...["--cap-drop", "ALL", "--die-with-parent"],
  ];
}

function fileSystem({ rootfs, rootfsWritable, mounts, cwd }: PreparedSpec): readonly string[] {
  return [
    ...bind({ source: rootfs, target: "/", readonly: !rootfsWritable }),
    ...["--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/tmp"],
    ...mounts.flatMap(bind),
    ...["--chdir", cwd],
  ];
}

const bind = (mount: Mount): readonly string[] => [mount.readonly ? "--ro-bind" : "--bind", mount.source, mount.target];

const environment = ({ env }: PreparedSpec): readonly string[] => [
  "--clearenv",
  ...Object.entries(env).flatMap(([name, value]) => ["--setenv", name, value]),
];
