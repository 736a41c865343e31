// @needs busybox, docker, dockerd, podman, root
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startDocker } from "../../../../test/support/service.ts";
import { quoteAll } from "../shell.ts";
import { makeFixture } from "../testing/fixture.ts";

const fixture = makeFixture({ name: "root", uid: 0, gid: 0 });
let docker: Awaited<ReturnType<typeof startDocker>>;
beforeAll(async () => {
  docker = await startDocker();
}, 60_000);
afterAll(async () => {
  await docker.stop();
  await fixture.remove();
});

const program = join(import.meta.dirname, "../testing/terminal.ts");

/** The output of a command on a terminal of script(1) whose input ends early. */
async function printed(backend: string, script: string): Promise<string> {
  const words = [process.execPath, "--conditions=@libcnb/source", program, backend, fixture.rootfs, script];
  const args = ["-qec", quoteAll(words), "/dev/null"];
  const env = { PATH: process.env["PATH"], HOME: process.env["HOME"], DOCKER_HOST: docker.host };
  const running = promisify(execFile)("script", args, { env });
  return (await running).stdout;
}

test.for(["docker", "podman"])(
  "output that a command in a %s container prints after the end of the terminal's input reaches the terminal",
  async (backend) => {
    expect(await printed(backend, "sleep 2; echo the end")).toMatch(/^the end\r*$/m);
  },
);

test.for(["docker", "podman"])("a command in a %s container sees the end of the terminal's input", async (backend) => {
  expect(await printed(backend, "cat; echo the end")).toMatch(/^the end\r*$/m);
});
