// @needs processes
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeImage } from "../image-io.ts";
import { emptyImage } from "../model/mutate.ts";
import { removeLeftovers, temporaryName } from "./temporary-name.ts";

let dir = "";
let living: ChildProcess;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "libcnb-leftover-"));
  living = spawn("sleep", ["600"]);
});
afterEach(() => {
  living.kill();
  rmSync(dir, { recursive: true, force: true });
});

/** The name that another process would have given its temporary file. */
const nameOf = (pid: number | undefined, target: string): string =>
  basename(temporaryName(target)).replace(`.${process.pid}-`, `.${pid}-`);
const deadPid = (): number => spawnSync("true").pid;

describe("a temporary file that a killed process left next to its output", () => {
  test("is removed by the next process that writes the output, while files of running processes are kept", async () => {
    const target = join(dir, "app");
    const dead = nameOf(deadPid(), target);
    const kept = [nameOf(living.pid, target), nameOf(deadPid(), join(dir, "app2")), ".app.1-00.tmp", "app"];
    mkdirSync(join(dir, dead, "blobs"), { recursive: true });
    writeFileSync(join(dir, nameOf(deadPid(), target)), "");
    for (const name of kept) writeFileSync(join(dir, name), "");
    await removeLeftovers(target);
    expect(readdirSync(dir)).toEqual(kept.toSorted());
  });

  test.for([
    ["is kept during the first day", 23, true],
    ["is removed after a day", 25, false],
  ] as const)("%s if the process ran in another container", async ([, hours, stays]) => {
    const target = join(dir, "app.tar");
    const name = nameOf(deadPid(), target).replace(/-[0-9a-f]{8}/, "-00000000");
    writeFileSync(join(dir, name), "");
    const then = new Date(Date.now() - hours * 3_600_000);
    utimesSync(join(dir, name), then, then);
    await removeLeftovers(target);
    expect(readdirSync(dir)).toEqual(stays ? [name] : []);
  });
});

test.for(["oci", "oci-archive"] as const)(
  "writing an %s output removes temporary files of earlier failed attempts",
  async (kind) => {
    const target = join(dir, "app");
    const image = emptyImage({ os: "linux", architecture: "amd64" });
    for (const _ of ["new", "replaced"]) {
      mkdirSync(join(dir, nameOf(deadPid(), target)));
      await writeImage(image, kind === "oci" ? { kind, dir: target } : { kind, file: target });
      expect(readdirSync(dir)).toEqual(["app"]);
    }
  },
);
