import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Account,
  type ExtensionBuild,
  type ExtensionWorld,
  extensionWorld,
  fromBase,
} from "../../support/tiny/extension-world.ts";

let world: ExtensionWorld;
let machine: string;
beforeAll(async () => {
  world = await extensionWorld();
  machine = await mkdtemp(join(tmpdir(), "machine-"));
}, 60_000);
afterAll(async () => {
  await world?.remove();
  await rm(machine, { recursive: true, force: true });
});

const generate = (script: string): ExtensionBuild["extensions"][string] => ({
  "bin/generate": `#!/bin/sh\nset -e\nPATH=/bin:/usr/bin\nbusybox() { /bin/busybox "$@"; }\n${script}\n`,
});
/** A run.Dockerfile of these lines, beside a context that a script fills. */
const applying = (lines: string, context = "true") =>
  generate(`cd "$CNB_OUTPUT_DIR"
busybox mkdir context
(cd context; ${context})
busybox cat > run.Dockerfile <<'DOCKERFILE'
${fromBase}${lines}
DOCKERFILE`);

describe("an extension cannot read host files", () => {
  test("through a link in place of <layers>/generated", async () => {
    const victim = join(machine, "victim");
    await mkdir(victim);
    await writeFile(join(victim, "file"), "precious");
    const link = `busybox mv /layers/generated /layers/other; busybox ln -s ${machine} /layers/generated`;
    const built = await world.build({ extensions: { victim: generate(link) } });
    expect({ exitCode: built.exitCode, stderr: built.stderr }).toMatchObject({ exitCode: 92 });
    expect(built.stderr).toContain("extension victim@1.0.0 generated output that cannot be applied");
    expect(await readFile(join(victim, "file"), "utf8")).toBe("precious");
  });

  test("through a link left by detect", async () => {
    const left = { "bin/detect": `#!/bin/sh\n/bin/busybox ln -s ${machine} /layers/generated\n`, ...generate("true") };
    const before = await readdir(machine);
    await (await world.build({ extensions: { "test/link": left } })).image();
    expect(await readdir(machine)).toEqual(before);
  });

  test.for<[string, Account, string, string]>([
    ["a link in a copied context", "root", "COPY link/file /stolen", "ln -s MACHINE link"],
    ["a path outside of the context", "root", "COPY ../../../../../../..MACHINE/secret /stolen", "true"],
    ["an image layout", "root", "COPY --from=oci:MACHINE:x / /stolen", "true"],
  ])("through %s", async ([, account, lines, context]) => {
    await writeFile(join(machine, "secret"), "secret");
    const [line, script] = [lines, `busybox ${context}`].map((text) => text.replaceAll("MACHINE", machine));
    const built = await world.build({ account, extensions: { "test/out": applying(line ?? "", script) } });
    expect({ exitCode: built.exitCode, stderr: built.stderr }).toMatchObject({ exitCode: 102 });
  });
});

test.for(["oci:", "oci-archive:", "docker-archive:"])(
  "an extension cannot select a run image of the host by %s",
  async (kind) => {
    const script = `printf 'ARG base_image\\nFROM ${kind}${machine}/image\\n' > "$CNB_OUTPUT_DIR/run.Dockerfile"`;
    const built = await world.build({ extensions: { "test/from": generate(script) } });
    expect({ exitCode: built.exitCode, stderr: built.stderr }).toMatchObject({
      exitCode: 92,
      stderr: expect.stringContaining(
        `an extension chose the run image ${kind}${machine}/image, but extensions may only choose images in a registry`,
      ),
    });
  },
);

test("RUN instructions inherit no open file of cnb", async () => {
  const before = ["sh", "-c", 'exec "$@" 9<"$0"', machine];
  const lines = 'RUN echo "leads to $(/bin/busybox readlink /proc/self/fd/9)"';
  const built = await world.build({ before, extensions: { "test/fd": applying(lines) } });
  await built.image();
  expect(built.stderr).not.toContain(machine);
});

describe("RUN --mount", () => {
  test.for<[string, string]>([
    ["of the type bind", "RUN --mount=type=bind,source=link,target=/x true"],
    ["in a heredoc", "RUN <<EOF\nRUN --mount=type=bind,source=link,target=/x true\nEOF"],
  ])("%s is refused", async ([, lines]) => {
    const built = await world.build({ extensions: { "test/mount": applying(lines, "busybox ln -s / link") } });
    expect({ exitCode: built.exitCode, stderr: built.stderr }).toMatchObject({ exitCode: 92 });
    expect(built.stderr).toContain("run.Dockerfile: RUN --");
  });

  test.for<Account>(["root", "cnb-tester"])("with a cache or tmpfs mount works if cnb runs as %s", async (account) => {
    const lines = `USER root\nRUN --mount=type=cache,target=/kept,sharing=locked --mount=type=tmpfs,target=/memory echo > /kept/a && echo > /memory/b && echo "have $(busybox ls /kept /memory | busybox tr '\\n' ' ')"\nUSER 1000:1000`;
    const built = await world.build({
      account,
      extensions: { "test/mount": applying(lines.replaceAll("busybox", "/bin/busybox")) },
    });
    await built.image();
    expect(built.stderr).toMatch(/\| have \/kept: a .*\/memory: b/);
  });
});

describe("the generate output of an extension that leaves", () => {
  test.for<[string, Account, string, number, string]>([
    ["a file next to its output directory is accepted", "root", "busybox touch /layers/generated/more", 0, ""],
    ["a read-only output directory is accepted", "cnb-tester", 'busybox chmod 555 "$CNB_OUTPUT_DIR"', 0, ""],
    ["no output directory is accepted", "root", 'busybox rmdir "$CNB_OUTPUT_DIR"', 0, ""],
    [
      "pipes in place of files is refused",
      "root",
      'cd "$CNB_OUTPUT_DIR"; for name in run.Dockerfile extend-config.toml context; do busybox mkfifo $name; done',
      92,
      "extend-config.toml is not a file",
    ],
    [
      "a Dockerfile of 17 MiB is refused",
      "root",
      'busybox head -c 17825792 /dev/zero > "$CNB_OUTPUT_DIR/run.Dockerfile"',
      92,
      "run.Dockerfile has 17825792 bytes",
    ],
    [
      "an extend-config.toml of 17 MiB is refused",
      "root",
      'busybox head -c 17825792 /dev/zero > "$CNB_OUTPUT_DIR/extend-config.toml"',
      92,
      "extend-config.toml has 17825792 bytes",
    ],
    [
      "a run.Dockerfile that links to a host file is accepted without it",
      "root",
      `busybox ln -s ${process.execPath} "$CNB_OUTPUT_DIR/run.Dockerfile"`,
      0,
      "",
    ],
  ])("%s", async ([, account, script, exitCode, words]) => {
    const built = await world.build({ account, extensions: { "test/odd": generate(script) } });
    expect({ exitCode: built.exitCode, stderr: built.stderr }).toMatchObject({ exitCode });
    expect(built.stderr).toContain(words);
  });
});
