import { basename } from "node:path";
import { formatFstab } from "./fstab.ts";
import { isInTmp, makePlaces } from "./places-in-tmp.ts";
import { quote, quoteAll } from "./shell.ts";
import { type PreparedSpec, type SandboxCommand, sandboxHostname } from "./spec.ts";
import { planEnvironment } from "./unshare-env.ts";
import { givenMounts, stage, stageMounts, type UnshareContext } from "./unshare-mounts.ts";

/** Tools of util-linux and coreutils without which there is no unshare sandbox. */
export const requiredTools = ["env", "mount", "nsenter", "pivot_root", "setpriv", "sh", "sleep", "umount", "unshare"];

/**
 * The command line of a sandbox made by util-linux alone. Processes, from the outside in:
 * a shell that mounts and becomes `nsenter`, whose child is the command, so that exit code and signal arrive unchanged
 * (`unshare --fork` of util-linux 2.38 fails where a signal ended its child);
 * beside it process 1 of the process namespace, whose death ends everything inside.
 * Each asks to be killed with its parent. File descriptor 3 carries errors of the set-up and is closed by then with `ready`;
 * 4 is held by process 1 alone and so tells when nothing is left.
 * Every program costs a millisecond and a half before the command starts, so there are as few as possible.
 */
export function unshareCommand(spec: PreparedSpec, context: UnshareContext): SandboxCommand {
  const { tools } = context.host;
  const environment = planEnvironment(spec.env);
  const namespaces = [
    "--mount",
    "--propagation",
    "private",
    "--ipc",
    "--uts",
    "--pid",
    ...(spec.network ? [] : ["--net"]),
  ];
  const user = context.asRoot ? [] : ["--user", "--map-root-user"];
  const inner = `${environment.exports}printf ready >&3\n${finalCommand(spec, context, environment.envArgs)}`;
  return {
    file: tool(tools, "setpriv"),
    args: [
      ...["--pdeathsig", "KILL", tool(tools, "unshare"), ...user, ...namespaces],
      ...[tool(tools, "sh"), "-c", outerScript(spec, context), "cnb-sandbox", ...spec.command],
    ],
    env: { ...environment.carried, LIBCNB_SANDBOX_SCRIPT: inner },
  };
}

const tool = (tools: Readonly<Record<string, string>>, name: string): string => tools[name] ?? name;

function outerScript(spec: PreparedSpec, context: UnshareContext): string {
  const { tools } = context.host;
  const run = (name: string, ...args: readonly string[]): string => quoteAll([tool(tools, name), ...args]);
  const fstab = formatFstab(stageMounts(spec, context));
  return [
    "set -e",
    "umask 022",
    "exec 5>&2 2>&3", // from here on errors are ours
    startProcessOne(context),
    run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", stage),
    `printf %s ${quote(fstab)} >${stage}/fstab`,
    run("mount", "-a", "-T", `${stage}/fstab`),
    ...mountInTmp(spec, context),
    ...(context.asRoot && spec.uid === 0 ? protectProc(tool(tools, "mount"), `${stage}/${context.rootName}/proc`) : []),
    ...(tools.hostname ? [nameHost(run("hostname", sandboxHostname))] : []),
    ...(!spec.network && tools.ip ? [run("ip", "link", "set", "lo", "up")] : []),
    `cd ${stage}`,
    run("pivot_root", ".", "old"),
    "cd /",
    run("umount", "-l", "/old"),
    waitForProcessOne(context),
    `exec 4>&- ${run("nsenter", "--pid=/proc/self/ns/pid_for_children")} -- ${dropAndStart(spec, context)} cnb-sandbox "$@"`,
  ].join("\n");
}

/** The sandbox's own `/tmp` is empty at first. */
function mountInTmp(spec: PreparedSpec, context: UnshareContext): readonly string[] {
  const { tools } = context.host;
  const mounts = spec.mounts.filter(isInTmp);
  if (mounts.length === 0) return [];
  return [
    ...makePlaces(mounts, `${stage}/${context.rootName}`, tool(tools, "mkdir")),
    `printf %s ${quote(formatFstab(givenMounts(mounts, context)))} >${stage}/fstab`,
    quoteAll([tool(tools, "mount"), "-a", "-T", `${stage}/fstab`]),
  ];
}

/** The shell itself is faster than a program, where it may. Without a process namespace of its own it still sees the host's /proc. */
const nameHost = (program: string): string =>
  `printf ${sandboxHostname} 2>/dev/null >/proc/sys/kernel/hostname || ${program}`;

/**
 * The first process that the shell starts is process 1, and all further ones are inside with it; the shell itself is not. It
 * lives outside of the image, so it needs nothing of it. The kernel collects orphans of one that ignores SIGCHLD. The shell may
 * be gone before it has asked to be killed with it; it looks after that. `stat` begins with a process, its name, its state and its parent.
 */
function startProcessOne({ host: { tools } }: UnshareContext): string {
  const [setpriv, sh, sleep] = ["setpriv", "sh", "sleep"].map((name) => quote(tool(tools, name)));
  const stay = `read -r _ _ _ parent _ </proc/self/stat && [ "$parent" = "$1" ] && exec ${sleep} infinity`;
  const start = `${setpriv} --pdeathsig KILL ${sh} -c ${quote(stay)} cnb-sandbox $$`;
  return `(trap '' CHLD; cd /; exec ${start}) >/dev/null 2>&1 3>&- 5>&- &\ninit=$!`;
}

/** Mostly it has long since asked. There is nothing else to wait on without another process. */
function waitForProcessOne({ host: { tools } }: UnshareContext): string {
  const name = basename(tool(tools, "sleep")).slice(0, 15); // as much as the kernel tells
  return `while read -r name </proc/$init/comm && [ "$name" != ${quote(name)} ]; do :; done`;
}

/** Lets go of all power and starts the command. */
function dropAndStart(spec: PreparedSpec, context: UnshareContext): string {
  const { tools } = context.host;
  const drop = [tool(tools, "setpriv"), "--no-new-privs", ...dropCapabilities(spec, context)];
  return quoteAll([...drop, tool(tools, "sh"), "-c", 'eval "$LIBCNB_SANDBOX_SCRIPT"']);
}

/** uid 0 of the host may write kernel settings even without capabilities. Not every kernel has all of these. */
const protectProc = (mount: string, procDir: string): readonly string[] => [
  `for name in sys sysrq-trigger irq bus fs; do`,
  `  if [ -e ${procDir}/$name ]; then ${quote(mount)} -o bind,ro ${procDir}/$name ${procDir}/$name; fi`,
  "done",
];

/** What is left is needed to enter the image and ends with the change to an ordinary uid. uid 0 keeps chroot, which leads nowhere. */
function dropCapabilities({ uid, gid }: PreparedSpec, { asRoot }: UnshareContext): readonly string[] {
  if (!asRoot) return [];
  const kept = ["sys_chroot", ...(uid === 0 ? [] : ["setuid", "dac_read_search"])].map((name) => `+${name}`);
  return ["--regid", `${gid}`, "--clear-groups", "--inh-caps=-all", `--bounding-set=-all,${kept.join(",")}`];
}

function finalCommand(spec: PreparedSpec, context: UnshareContext, envArgs: readonly string[]): string {
  const { tools } = context.host;
  const enter = [
    tool(tools, "unshare"),
    ...identity(spec, context),
    "--root",
    `/${context.rootName}`,
    "--wd",
    spec.cwd,
  ];
  return `unset LIBCNB_SANDBOX_SCRIPT\nexec ${quoteAll([tool(tools, "env"), ...envArgs, ...enter, "--"])} "$@" 2>&5 3>&- 5>&-\n`;
}

/** An ordinary user is root of the outer user namespace, which mounting needs, and becomes `uid` in an inner one. */
function identity({ uid, gid }: PreparedSpec, { asRoot }: UnshareContext): readonly string[] {
  if (!asRoot) return ["--user", `--map-user=${uid}`, `--map-group=${gid}`];
  return uid === 0 ? [] : ["--setuid", `${uid}`];
}
