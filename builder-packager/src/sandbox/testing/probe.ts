import { probeBackend } from "../backends/choose-backend.ts";
import type { SandboxBackend } from "../spec.ts";

/**
 * Tries one backend in a process of its own, so that a test can deny that process what some kernels
 * and containers refuse.
 */
const reason = await probeBackend(process.argv[2] as SandboxBackend, process.getuid?.() === 0);
process.stdout.write(reason ?? "works");
