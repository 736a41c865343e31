import { type ChildProcess, spawn } from "node:child_process";
import type { Endpoint } from "../../oci/daemon/endpoint.ts";
import { ownerLabel } from "./owner.ts";

/**
 * The guard's program. It runs in a process of its own, which waits until cnb has ended, even by
 * SIGKILL, and then removes cnb's containers: the engine does not notice that cnb was killed. It is
 * plain JavaScript, because it is not loaded from a file.
 */
const program = `
const { connection, certificates, label, service } = JSON.parse(process.env.LIBCNB_GUARD);
const fs = require("node:fs");
const tls = certificates ? { ca: fs.readFileSync(certificates + "/ca.pem"), cert: fs.readFileSync(certificates + "/cert.pem"), key: fs.readFileSync(certificates + "/key.pem") } : {};
const http = require(connection.protocol === "https:" ? "node:https" : "node:http");
const ask = (method, path) => new Promise((resolve) => {
  const request = http.request({ ...connection, ...tls, method, path, timeout: 20000 }, (answer) => {
    let text = "";
    answer.setEncoding("utf8").on("data", (part) => (text += part)).on("end", () => resolve(text));
  });
  request.on("error", () => resolve("[]")).on("timeout", () => request.destroy()).end();
});

const sweep = async () => {
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
  let found = [];
  try { found = JSON.parse(await ask("GET", "/containers/json?all=1&filters=" + filters)); } catch {}
  for (const { Id } of found) await ask("POST", "/containers/" + Id + "/kill?signal=SIGKILL");
  for (const { Id } of found) await ask("DELETE", "/containers/" + Id + "?force=1&v=1");
};
process.stdin.resume().on("end", async () => {
  await sweep();
  await new Promise((done) => setTimeout(done, 500));
  await sweep();
  if (!service) return;
  try { process.kill(service.pid, "SIGTERM"); } catch {}
  fs.rmSync(service.dir, { recursive: true, force: true });
});
`;

/** A service of podman's API that this process started. */
export interface GuardedService {
  readonly pid: number;
  /** The path of the directory with the service's socket. */
  readonly dir: string;
  /**
   * Makes the guard responsible for ending the service. Called once the guard runs. Until then,
   * this process ends the service when it exits.
   */
  handOver(): void;
}

/**
 * Starts a guard: a separate process that waits until this process ends, and then removes the
 * containers that this process created. If this process started podman's API service, the guard
 * also ends that service.
 */
export function startGuard(
  { connection, certificates }: Endpoint,
  owner: string,
  service: GuardedService | undefined,
): void {
  const LIBCNB_GUARD = JSON.stringify({ connection, certificates, label: `${ownerLabel}=${owner}`, service });
  const child: ChildProcess = spawn(process.execPath, ["-e", program], {
    env: { LIBCNB_GUARD },
    cwd: "/",
    // In a group of its own: what ends cnb from a terminal must not end its guard.
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  child.on("error", () => {}); // without it the next build cleans up
  service?.handOver();
  child.unref();
  const held = child.stdin as unknown as { unref(): void; on(name: "error", listener: () => void): void };
  held.on("error", () => {});
  held.unref();
}
