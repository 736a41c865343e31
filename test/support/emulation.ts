// @needs binfmt, root
import { spawn } from "node:child_process";
import { readlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execute, type Outcome, pinnedNode, root } from "./cnb.ts";

/** An environment that runs arm64 programs with QEMU. The rest of the machine is unaffected. */
export interface Emulation extends AsyncDisposable {
  /** The `cnb` command there, in the root directory. */
  readonly command: readonly [string, ...string[]];
  /** Runs the `cnb` command there. */
  cnb(args: readonly string[]): Promise<Outcome>;
}

/** The first 20 bytes of an ELF file for arm64, and which of their bits count: those of QEMU's own scripts. */
const magic = String.raw`\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00`;
const mask = String.raw`\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff`;

/**
 * Makes a user namespace with a binfmt_misc of its own (Linux 6.7 or newer). `flags`: F opens QEMU at once, for other root directories; without P, as
 * Rosetta and many images register theirs, programs lose their argv[0].
 *
 * @see https://docs.kernel.org/admin-guide/binfmt-misc.html
 */
export async function emulation(flags = "F"): Promise<Emulation> {
  const rule = `:arm64:M::${magic}:${mask}:/usr/bin/qemu-aarch64-static:${flags}`;
  const script = `read -r mapped
mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc && printf %s '${rule}' > /proc/sys/fs/binfmt_misc/register && echo ready
read -r end`;
  const holder = spawn("unshare", ["--user", "--mount", "sh", "-c", script], { stdio: ["pipe", "pipe", "inherit"] });
  const inside = `/proc/${holder.pid}`;
  await entered(`${inside}/ns/user`);
  for (const map of ["uid_map", "gid_map"]) await writeFile(`${inside}/${map}`, "0 0 4294967295");
  holder.stdin.write("\n");
  await new Promise<void>((resolve, reject) => {
    holder.stdout.once("data", () => resolve());
    holder.once("exit", () => reject(new Error("QEMU could not be registered in a user namespace")));
  });
  const program = [pinnedNode, join(root, "builder-packager/bin/cnb.js")] as const;
  const command = ["nsenter", "--user", "--mount", "--target", String(holder.pid), "--", ...program] as const;
  const [nsenter, ...words] = command;
  return {
    command,
    cnb: (args) => execute(nsenter, [...words, ...args]),
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => holder.once("exit", resolve));
      holder.stdin.end();
      await ended;
    },
  };
}

async function entered(namespace: string): Promise<void> {
  const own = await readlink("/proc/self/ns/user");
  while ((await readlink(namespace).catch(() => own)) === own) await delay(10);
}
