import { CnbError } from "../../errors.ts";
import { readHostFacts } from "../backends/host-facts.ts";
import { quote } from "../shell.ts";
import type { HostFacts, NamespaceBackend, SandboxCommand, SandboxSpec } from "../spec.ts";
import { type Forward, type Relay, startRelay } from "./relay.ts";

/**
 * A network namespace with only a loopback interface and a relay. The namespace exists as long as a
 * process runs in it.
 */
export interface PrivateNetwork extends Relay {
  /** Wraps a command so that it starts in this network. */
  enter(command: SandboxCommand, user: Pick<SandboxSpec, "uid" | "gid">): SandboxCommand;
  /** Returns the user who starts the command, as seen in the user namespace of the network. */
  callerInside(user: Pick<SandboxSpec, "uid" | "gid">): Pick<SandboxSpec, "uid" | "gid">;
}

/**
 * Creates a network that is reachable only through `forwards`. The relay is started first, and the
 * sandbox joins the relay's network. The relay could not join the sandbox's network instead,
 * because no outside process can enter a network that was created in a sandbox's second user
 * namespace.
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
 * Returns the prefix of a command line that creates the network with the backend's own program.
 * bubblewrap brings up the loopback interface, whereas unshare(1) needs ip(8) for that.
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

/**
 * Lets every user listen on ports below 1024 in a private network, as Docker does. If the setting
 * is read-only, it stays unchanged.
 */
const openPorts = 'echo 0 2>/dev/null >/proc/sys/net/ipv4/ip_unprivileged_port_start\nexec "$@"';

/**
 * Starts a command in the network with nsenter(1), which becomes the command, so the command's
 * parent process stays the same.
 */
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
  new CnbError("SANDBOX_FAILED", "a separate network cannot be created for the app: the command ip is not installed", {
    hint: "Install the package iproute2 or bubblewrap, or remove --network none.",
  });
