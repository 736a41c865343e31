import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CnbError } from "../errors.ts";
import { makeTemporaryDirectory } from "../files/temporary-directory.ts";
import { formatPlatform, hostPlatform, platformMatches } from "../oci/model/image-platform.ts";
import type { Platform } from "../oci/model/spec.ts";
import { removeTree } from "./remove-tree.ts";
import { runInSandbox } from "./run-in-sandbox.ts";
import type { SandboxBackend } from "./spec.ts";

/**
 * Checks that the programs of an image can start in a sandbox. Programs of another architecture
 * only start if the kernel passes them to an emulator (binfmt_misc). The function checks this by
 * starting a small program. Reading the settings of binfmt_misc would not be sufficient: they are
 * not mounted in containers, and the emulator of a container engine may be in a virtual machine.
 *
 * @throws CnbError ARCHITECTURE_MISMATCH
 * @see https://docs.kernel.org/admin-guide/binfmt-misc.html
 */
export async function checkPlatform(
  image: Platform,
  name: string,
  backend: () => Promise<SandboxBackend>,
): Promise<void> {
  const host = hostPlatform();
  if (platformMatches(image, host)) return;
  if (image.os === host.os && (await starts(image.architecture, backend))) return;
  throw new CnbError(
    "ARCHITECTURE_MISMATCH",
    `${name} is for ${formatPlatform(image)}, but this machine is ${formatPlatform(host)}`,
    { hint: `Use an image for ${formatPlatform(host)}, or ${otherArchitecture(image)}.` },
  );
}

const otherArchitecture = ({ os, architecture }: Platform): string =>
  os === "linux" && programs[architecture]
    ? `install an emulator for ${architecture}: \`apt-get install qemu-user-static\` on Debian and Ubuntu`
    : "a machine with the platform of the image";

/** Programs that exit with 42. */
const programs: Readonly<Record<string, Uint8Array>> = {
  // mov eax, 60; mov edi, 42; syscall
  amd64: elf(62, "b83c000000bf2a0000000f05"),
  // mov x8, #93; mov x0, #42; svc #0
  arm64: elf(183, "a80b80d2400580d2010000d4"),
};
const answer = 42;

/**
 * An ELF executable with one segment. `machine` is the architecture's number in the ELF
 * specification.
 */
function elf(machine: number, code: string): Uint8Array {
  const [base, header, segment] = [0x40_0000, 64, 56];
  const text = Buffer.from(code, "hex");
  const file = Buffer.concat([Buffer.alloc(header + segment), text]);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  file.writeUInt16LE(2, 16); // an executable
  file.writeUInt16LE(machine, 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(BigInt(base + header + segment), 24); // where it starts
  file.writeBigUInt64LE(BigInt(header), 32); // where segments are described
  file.writeUInt16LE(header, 52);
  file.writeUInt16LE(segment, 54);
  file.writeUInt16LE(1, 56);
  file.writeUInt32LE(1, header); // to be loaded
  file.writeUInt32LE(5, header + 4); // readable and executable
  for (const offset of [16, 24]) file.writeBigUInt64LE(BigInt(base), header + offset);
  for (const offset of [32, 40]) file.writeBigUInt64LE(BigInt(file.length), header + offset);
  file.writeBigUInt64LE(0x1_0000n, header + 48); // aligned for each page size of arm64
  return file;
}

/** Any id that is not root's. */
const nobody = 65534;

async function starts(architecture: string, chooseBackend: () => Promise<SandboxBackend>): Promise<boolean> {
  const program = programs[architecture];
  if (program === undefined) return false;
  const backend = await chooseBackend();
  const rootfs = makeTemporaryDirectory("cnb-emulation-");
  try {
    await writeFile(join(rootfs, "program"), program);
    for (const path of [rootfs, join(rootfs, "program")]) await chmod(path, 0o755); // root drops to `nobody`
    const own = { rootfs, rootfsWritable: false, mounts: [], cwd: "/", uid: nobody, gid: nobody, network: true };
    const options = { backend, signal: AbortSignal.timeout(30_000) };
    const { exitCode } = await runInSandbox({ ...own, command: ["/program"], env: {} }, options);
    return exitCode === answer;
  } finally {
    await removeTree(rootfs);
  }
}
