import { CnbError } from "../../errors.ts";
import { readHostFacts } from "../backends/host-facts.ts";
import { quote } from "../shell.ts";
import type { HostFacts, NamespaceBackend, SandboxCommand, SandboxSpec } from "../spec.ts";
import { type Forward, type Relay, startRelay } from "./relay.ts";

/** A private network with a loopback interface and a relay in it. It exists while a process in it runs. */
export interface PrivateNetwork extends Relay {
  /** The command line of a command that is started in it. */
  enter(command: SandboxCommand, user: Pick<SandboxSpec, "uid" | "gid">): SandboxCommand;
  /** The user that the command is started as, in the user namespace of the network. */
  callerInside(user: Pick<SandboxSpec, "uid" | "gid">): Pick<SandboxSpec, "uid" | "gid">;
}

/**
 * Creates a network that is reachable only through `forwards`. The relay is started first and the
 * sandbox joins its network, because no outside process can enter a network created within a
 * sandbox's second user namespace.
 *
 * @throws CnbError SANDBOX_FAILED
 */
export async function openPrivateNetwork(
  forwards: readonly Forward[],
  backend: NamespaceBackend,
): Promise<PrivateNetwork> {
  const host = readHostFacts(process.env);
  const isRoot = process.getuid?.() === 0;
  const relay = await startRelay(forwards, networkCommand(host, backend, isRoot));
  const dropsTo = (user: Pick<SandboxSpec, "uid" | "gid">) => (isRoot && backend === "unshare-user" ? user : undefined);
  return {
    ...relay,
    callerInside: (user) => dropsTo(user) ?? { uid: 0, gid: 0 },
    enter: (command, user) => enterCommand(command, relay.pid, { host, isRoot, drop: dropsTo(user) }),
  };
}

/**
 * The command that creates the network by each backend's own means; bubblewrap brings up the
 * loopback interface, unshare(1) needs ip(8) for it.
 */
export function networkCommand({ tools }: HostFacts, backend: NamespaceBackend, isRoot: boolean): readonly string[] {
  const { bwrap = "bwrap", unshare = "unshare", sh = "sh", setpriv = "setpriv", ip } = tools;
  const inside = [setpriv, "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all", "--"];
  if (backend === "bubblewrap" || (ip === undefined && tools.bwrap !== undefined)) {
    // The kernel asks an ordinary user for this one where it sets what `openPorts` does; it is one over that network alone.
    const user = isRoot ? [] : ["--unshare-user", "--uid", "0", "--gid", "0", "--cap-add", "CAP_NET_ADMIN"];
    const whole = ["--unshare-net", "--die-with-parent", "--dev-bind", "/", "/"];
    return [bwrap, "--cap-drop", "ALL", ...user, ...whole, "--", sh, "-c", openPorts, "cnb-relay"];
  }
  if (ip === undefined) throw noInterface();
  const user = isRoot ? [] : ["--user", "--map-root-user"];
  const script = `${quote(ip)} link set lo up || exit 1\n${openPorts}`;
  return [unshare, ...user, "--net", sh, "-c", script, "cnb-relay", ...inside];
}

/** As with Docker, ports below 1024 are everybody's in a network of one's own. Where settings are read-only it stays as it is. */
const openPorts = 'echo 0 2>/dev/null >/proc/sys/net/ipv4/ip_unprivileged_port_start\nexec "$@"';

/** nsenter(1) becomes the command, so whose child that is does not change. */
function enterCommand(
  command: SandboxCommand,
  pid: number,
  { host, isRoot, drop }: { host: HostFacts; isRoot: boolean; drop: Pick<SandboxSpec, "uid" | "gid"> | undefined },
): SandboxCommand {
  const user = isRoot ? [] : ["--user", "--preserve-credentials"];
  const identity = drop ? ["--setgid", `${drop.gid}`, "--setuid", `${drop.uid}`] : [];
  const args = ["--target", `${pid}`, ...user, "--net", ...identity, "--", command.file, ...command.args];
  return { ...command, file: host.tools.nsenter ?? "nsenter", args };
}

const noInterface = (): CnbError =>
  new CnbError("SANDBOX_FAILED", "A network of the app's own cannot be made: ip is not installed", {
    hint: "Install the package iproute2 or bubblewrap, or leave out --network none.",
  });
