import { CnbError } from "../../errors.ts";
import type { SyscallArchitecture } from "./assembled.ts";

const architectures: Readonly<Record<string, SyscallArchitecture>> = { x64: "amd64", arm64: "arm64" };

/**
 * Returns the architecture of this machine. Throws SANDBOX_FAILED if sandboxes do not support it.
 */
export function syscallArchitecture(arch: string = process.arch): SyscallArchitecture {
  const found = architectures[arch];
  if (found !== undefined) return found;
  throw new CnbError("SANDBOX_FAILED", `sandboxes with namespaces need amd64 or arm64, but this machine is ${arch}`, {
    hint: "Use --backend docker or --backend podman.",
  });
}
