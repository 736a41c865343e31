import { CnbError } from "../../errors.ts";
import type { SyscallArchitecture } from "./assembled.ts";

const architectures: Readonly<Record<string, SyscallArchitecture>> = { x64: "amd64", arm64: "arm64" };

/** That of this machine. Throws SANDBOX_FAILED where there is no program of system calls for it. */
export function syscallArchitecture(arch: string = process.arch): SyscallArchitecture {
  const found = architectures[arch];
  if (found !== undefined) return found;
  throw new CnbError("SANDBOX_FAILED", `Sandboxes of namespaces can be made on amd64 and arm64, and this is ${arch}`, {
    hint: "Use --backend docker or --backend podman.",
  });
}
