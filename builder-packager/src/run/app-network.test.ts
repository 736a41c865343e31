// @needs processes
import { readdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { recordingReporter } from "../reporter.ts";
import { freePort } from "../testing/free-port.ts";
import { openAppEnvironment } from "./testing/app-environment.ts";

const { cacheDir, start, remove } = openAppEnvironment();
afterAll(remove);

test("an app responds directly and through a published port, and ends when stopped", async () => {
  const [port, hostPort] = [await freePort(), await freePort()];
  const publish = [{ address: "127.0.0.1", hostPort, containerPort: port }];
  const { app } = await start({ Entrypoint: ["httpd", "-f", "-p"], Cmd: [`127.0.0.1:${port}`] }, { publish });
  await app.waitForPort(port, 20_000);
  for (const one of [port, hostPort]) {
    expect(await (await fetch(`http://127.0.0.1:${one}/index.html`)).text()).toBe("hello\n");
  }
  expect(await app.stop()).toEqual({ exitCode: 143, signal: "SIGTERM" });
  await expect(fetch(`http://127.0.0.1:${hostPort}/`)).rejects.toThrow();
});

/** Root may use each of them; what ordinary users may is in test/e2e/images/run.full.test.ts. */
const backends = ["unshare", "bubblewrap"];

test.for(backends)("an app with a private network is reachable only through published ports (%s)", async (backend) => {
  const ports = await Promise.all([freePort(), freePort()]);
  const publish = ports.map((hostPort, index) => ({
    address: "127.0.0.1",
    hostPort,
    containerPort: [80, 81][index] ?? 0,
  }));
  const config = { Entrypoint: ["httpd", "-f", "-p", "80"] };
  const { app } = await start(config, { publish, network: false, backend });
  expect(app.ports).toEqual(publish);
  const address = `http://127.0.0.1:${ports[0]}/index.html`;
  await vi.waitFor(async () => expect(await (await fetch(address)).text()).toBe("hello\n"), 10_000);
  await expect(fetch(`http://127.0.0.1:${ports[1]}/`)).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
  await expect(fetch("http://127.0.0.1:80/index.html")).rejects.toThrow();
  expect(await app.stop()).toMatchObject({ exitCode: 143 });
  await expect(fetch(`http://127.0.0.1:${ports[0]}/`)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
  expect(readdirSync(join(cacheDir, "run"))).toEqual([]);
});

test.for(backends)("an app's private network has its own host name and localhost (%s)", async (backend) => {
  const { app, output } = await start({ Cmd: ["cat", "/etc/hosts"] }, { network: false, backend });
  expect(await app.ended).toEqual({ exitCode: 0 });
  expect(output()).toBe("127.0.0.1\tlocalhost cnb\n::1\tlocalhost\n");
});

test("an automatically chosen host port is printed", async () => {
  const reporter = recordingReporter();
  const publish = [{ address: "127.0.0.1", hostPort: 0, containerPort: 80 }];
  const { app } = await start({ Cmd: ["sh", "-c", "exit 0"] }, { publish, network: false, reporter });
  expect(reporter.lines).toContain(`info: 127.0.0.1:${app.ports[0]?.hostPort} forwards to port 80 of the app`);
  await app.ended;
});

test("a published port that is in use is an error, and no process remains", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const hostPort = typeof address === "object" && address ? address.port : 0;
  const publish = [{ address: "127.0.0.1", hostPort, containerPort: 80 }];
  await expect(start({ Cmd: ["/bin/sh"] }, { publish })).rejects.toMatchObject({
    code: "PORT_UNAVAILABLE",
    message: `port ${hostPort} of 127.0.0.1 is not available`,
    hint: "Choose another host port, or stop the program that uses this port.",
  });
  server.close();
  expect(readdirSync(join(cacheDir, "run"))).toEqual([]);
});
