// @needs processes
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { startPodmanService } from "./podman-service.ts";

/** A program in a directory of its own that stands for podman. */
function podman(script: string) {
  const dir = mkdtempSync(join(tmpdir(), "podman-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(join(dir, "podman"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(dir, "podman"), 0o755);
  return { dir, program: join(dir, "podman") };
}

test("a podman service that does not answer in time is stopped and reported", async () => {
  const { dir, program } = podman(`echo $$ >"$(dirname "$0")/pid"; exec sleep 100`);
  await expect(startPodmanService(process.env, { program, maxWaitMs: 1500 })).rejects.toMatchObject({
    code: "DAEMON_UNREACHABLE",
    message: "the service of podman does not start: it does not respond",
  });
  const pid = readFileSync(join(dir, "pid"), "utf8").trim();
  await vi.waitFor(() =>
    expect(existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`, "utf8")).toBeFalsy(),
  );
  await sleep(50); // its end was an exception that nothing caught
});

test("the error about a podman service that ended contains its last output line", async () => {
  const { program } = podman("echo first >&2; echo no idea >&2; exit 1");
  await expect(startPodmanService(process.env, { program })).rejects.toMatchObject({
    message: "the service of podman does not start: no idea",
  });
});
