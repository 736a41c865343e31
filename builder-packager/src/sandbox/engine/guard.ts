import { type ChildProcess, spawn } from "node:child_process";
import type { Endpoint } from "../../oci/daemon/endpoint.ts";
import { ownerLabel } from "./owner.ts";

/**
 * Runs in a process of its own, which waits until cnb has ended in whatever way. An engine does not know that cnb was killed;
 * what is left of it then is removed here. Plain JavaScript, as it is not loaded from a file.
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

/** A process of cnb that serves podman's API. */
export interface GuardedService {
  readonly pid: number;
  /** The directory of its socket. */
  readonly dir: string;
  /** Called when the guard runs: until then the service ends with this process. */
  handOver(): void;
}

/** Sees to it that the containers of this process end with it, and podman's service if that was started by it. */
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
