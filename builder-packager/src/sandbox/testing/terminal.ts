import { runInSandbox } from "../run-in-sandbox.ts";
import type { SandboxBackend } from "../spec.ts";
import { specFor } from "./fixture.ts";

/** Runs one sandbox with a terminal whose input ends while the command runs. */
const [backend, rootfs = "", script = ""] = process.argv.slice(2);
const ended = runInSandbox(specFor(rootfs, script), { backend: backend as SandboxBackend, stdio: "inherit" });
process.stdin.once("resume", () => setTimeout(() => process.stdin.push(null), 200));
const { exitCode } = await ended;
process.exit(exitCode);
