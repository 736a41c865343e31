import { CnbError } from "../../errors.ts";
import type { SyscallArchitecture } from "./assembled.ts";

const architectures: Readonly<Record<string, SyscallArchitecture>> = { x64: "amd64", arm64: "arm64" };

/** The architecture of this machine. Throws SANDBOX_FAILED if system call programs do not support it. */
export function syscallArchitecture(arch: string = process.arch): SyscallArchitecture {
  const found = architectures[arch];
  if (found !== undefined) return found;
  throw new CnbError("SANDBOX_FAILED", `Namespace sandboxes need amd64 or arm64. This machine is ${arch}`, {
    hint: "Use --backend docker or --backend podman.",
  });
}
