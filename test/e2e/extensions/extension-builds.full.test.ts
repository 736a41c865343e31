import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import * as oci from "@libcnb/packager/oci";
import { labelsOf } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { forEachMember } from "../../../builder-packager/src/oci/layers/layer-content.ts";
import { cnbSucceeds, execute } from "../../support/cnb.ts";
import {
  type Account,
  type ExtensionBuild,
  type ExtensionWorld,
  extensionWorld,
  fromBase,
  generating,
  runImageOf,
} from "../../support/tiny/extension-world.ts";

let world: ExtensionWorld;
beforeAll(async () => {
  world = await extensionWorld();
}, 60_000);
afterAll(() => world?.remove());

const requiresTool = `printf '[[requires]]\\nname = "tool"\\n[requires.metadata]\\nversion = "7"\\n' > "$CNB_BUILD_PLAN_PATH"`;
const providesTool = `#!/bin/sh\nprintf '[[provides]]\\nname = "tool"\\n' > "$CNB_BUILD_PLAN_PATH"\n`;
const userAgain = `ARG user_id\nARG group_id\nUSER ${["$", "{user_id}"].join("")}:${["$", "{group_id}"].join("")}\n`;

/** Installs a tool into both images. */
const tool = {
  "bin/detect": providesTool,
  "bin/generate": `${generating({
    "build.Dockerfile": `${fromBase}ARG word\nUSER root\nRUN mkdir -p /opt/bin && echo "echo $word" > /opt/bin/tool && /bin/busybox chmod +x /opt/bin/tool\nENV PATH=/opt/bin:/bin\n${userAgain}`,
    "run.Dockerfile": `${fromBase}USER root\nRUN mkdir -p /opt && echo run > /opt/tool\nCOPY etc /etc\nENV ADDED=yes\nLABEL io.buildpacks.rebasable=true\n${userAgain}`,
    "extend-config.toml": `[[build.args]]\nname = "word"\nvalue = "of the extension"\n`,
    "context.run/etc/tool.conf": "colour = red\n",
  })}\necho "generate sees $(env | /bin/busybox grep -c CNB_EXEC_ENV) $CNB_EXTENSION_DIR $CNB_TARGET_OS $(cat "$CNB_BP_PLAN_PATH" | /bin/busybox tr '\\n' ' ')"\n`,
};
const toolBuild: ExtensionBuild = {
  extensions: { "test/absent": { "bin/detect": "#!/bin/sh\nexit 100\n" }, "test/tool": tool },
  detect: requiresTool,
  build: `tool; id; /bin/busybox touch /opt/x 2>&1 || true; echo "plan: $(cat "$CNB_BP_PLAN_PATH")"; ls /layers 2>&1 || /bin/busybox ls /layers`,
};

const labelOf = (labels: Readonly<Record<string, string>>, name: string) =>
  JSON.parse(labels[`io.buildpacks.${name}`] ?? "");

describe("cnb build extends the builder and the run image", () => {
  const digests: string[] = [];
  test.for<Account>(["root", "cnb-tester"])("as %s", async (account) => {
    const built = await world.build({ ...toolBuild, account });
    const image = await built.image();
    digests.push(built.stdout);
    expect(built.stderr).toContain("extension test/tool@1.0.0");
    expect(built.stderr).toContain(
      'generate sees 0 /cnb/extensions/test_tool/1.0.0 linux [[entries]]   name = "tool"   [entries.metadata]     version = "7"',
    );
    expect(built.stderr).toContain("of the extension\n");
    expect(built.stderr).toContain("uid=1000(cnb) gid=1000(cnb)");
    expect(built.stderr).toMatch(/touch: \/opt\/x: (Read-only file system|Permission denied)/);
    expect(built.stderr).toContain("plan: \n");
    expect(image.config.config).toMatchObject({
      User: "1000:1000",
      Env: expect.arrayContaining(["KEPT=1=2", "ADDED=yes", "PATH=/cnb/process:/cnb/lifecycle:/bin"]),
    });
    expect(image.config.history?.slice(0, 3).map(({ created_by }) => created_by)).toEqual([
      undefined,
      "Layer: 'RUN mkdir -p /opt && echo run > /opt/tool', Created by extension: test/tool",
      "Layer: 'COPY etc /etc', Created by extension: test/tool",
    ]);
    const labels = labelsOf(image);
    expect(labels["io.buildpacks.rebasable"]).toBe("true");
    expect(labelOf(labels, "build.metadata").extensions).toEqual([{ id: "test/tool", version: "1.0.0" }]);
    expect(labelOf(labels, "lifecycle.metadata").runImage).toMatchObject({
      topLayer: image.layers[0]?.diffId,
      image: "localhost/run:1",
    });
    const [, added, copied] = await Promise.all(image.layers.slice(0, 3).map(pathsIn));
    expect([added, copied]).toEqual([expect.arrayContaining(["opt/tool"]), expect.arrayContaining(["etc/tool.conf"])]);
    expect([...(added ?? []), ...(copied ?? [])].filter((path) => /^(proc|sys|dev)\b|resolv|hosts/.test(path))).toEqual(
      [],
    );
  });

  test("with the same result, whichever user runs cnb", () => expect(new Set(digests).size).toBe(1));
});

async function pathsIn(layer: Parameters<typeof forEachMember>[0]): Promise<readonly string[]> {
  const paths: string[] = [];
  await forEachMember(layer, async ({ path }) => void paths.push(path));
  return paths;
}

describe("a second build with extensions", () => {
  const applied = (stderr: string) => stderr.match(/(Applying|Reused) (run|build)\.Dockerfile of \S+(?=@)/g);
  const ext = (lines: string): ExtensionBuild["extensions"] => ({
    "test/one": { "generate/run.Dockerfile": `${fromBase}${lines}` },
  });
  const two = {
    ...ext("RUN echo 1 > /tmp/1\n"),
    "test/two": { "generate/build.Dockerfile": `${fromBase}RUN echo 2 > /tmp/2\n` },
  };

  const byApp = {
    "test/app": { "bin/generate": `#!/bin/sh\ncat run.Dockerfile > "$CNB_OUTPUT_DIR/run.Dockerfile"\n` },
    "test/two": two["test/two"],
  };

  test.for<[string, ExtensionBuild, ExtensionBuild, readonly string[]]>([
    [
      "reuses all results of Dockerfiles if nothing changed",
      { extensions: two },
      { extensions: two },
      ["Reused run.Dockerfile of test/one", "Reused build.Dockerfile of test/two"],
    ],
    [
      "reuses all results of Dockerfiles if the app changed and no Dockerfile copies files of the app",
      { extensions: two },
      { extensions: two, app: { "app.txt": "changed" } },
      ["Reused run.Dockerfile of test/one", "Reused build.Dockerfile of test/two"],
    ],
    [
      "applies a Dockerfile again if the Dockerfile copies a changed file of the app",
      { extensions: ext("COPY app.txt /tmp/\n") },
      { extensions: ext("COPY app.txt /tmp/\n"), app: { "app.txt": "changed" } },
      ["Applying run.Dockerfile of test/one"],
    ],
    [
      "applies a Dockerfile again if the extension generated another Dockerfile for the changed app",
      { extensions: byApp, app: { "run.Dockerfile": `${fromBase}RUN echo 1 > /tmp/1\n` } },
      { extensions: byApp, app: { "run.Dockerfile": `${fromBase}RUN echo 3 > /tmp/1\n` } },
      ["Applying run.Dockerfile of test/app", "Reused build.Dockerfile of test/two"],
    ],
    [
      "applies a Dockerfile again if the Dockerfile uses build_id",
      { extensions: ext("ARG build_id\nRUN echo $build_id > /tmp/1\n") },
      { extensions: ext("ARG build_id\nRUN echo $build_id > /tmp/1\n") },
      ["Applying run.Dockerfile of test/one"],
    ],
    [
      "applies a Dockerfile again with --clear-cache",
      { extensions: ext("RUN echo 4 > /tmp/1\n") },
      { extensions: ext("RUN echo 4 > /tmp/1\n"), flags: ["--clear-cache"] },
      ["Applying run.Dockerfile of test/one"],
    ],
  ])("%s", async ([name, first, second, expected]) => {
    const cache = name.replaceAll(/\W/g, "-");
    await (await world.build({ ...first, cache })).image();
    const again = await world.build({ ...second, cache });
    await again.image();
    expect(applied(again.stderr)).toEqual(expected);
  });
});

describe("a run image that an extension selects", () => {
  test("replaces the builder's and is extended", async () => {
    const other = oci.mutate.labels(await runImageOf(world.dir, { other: "yes" }), { other: "yes" });
    await world.addImage(other, "other", "localhost/other:1");
    const run = { "generate/run.Dockerfile": "FROM localhost/other:1\nRUN echo > /tmp/1\n" };
    const image = await (await world.build({ extensions: { "test/switch": run } })).image();
    const labels = labelsOf(image);
    expect(labels).toMatchObject({ other: "yes", "io.buildpacks.rebasable": "false" });
    expect(labelOf(labels, "lifecycle.metadata").runImage).toMatchObject({
      image: "localhost/other:1",
      reference: expect.stringMatching(/^localhost\/other@sha256:/),
    });
  });
});

describe("extensions selected by --extension", () => {
  const marks = (name: string) => ({ "generate/run.Dockerfile": `${fromBase}ENV MARK_${name}=yes\n` });
  const folder = async (id: string, name: string): Promise<string> => {
    const dir = join(world.dir, `extension-${name}`);
    await mkdir(join(dir, "generate"), { recursive: true });
    await writeFile(join(dir, "extension.toml"), `api = "0.11"\n[extension]\nid = "${id}"\nversion = "1.0.0"\n`);
    await writeFile(join(dir, "generate/run.Dockerfile"), marks(name)["generate/run.Dockerfile"]);
    return dir;
  };

  test.for<[string, readonly string[], readonly string[], readonly string[]]>([
    ["can be in the builder", ["test/two@1.0.0"], ["test/two@1.0.0"], ["MARK_two=yes"]],
    ["can be a directory", ["FOLDER"], ["test/own@1.0.0"], ["MARK_own=yes"]],
    [
      "are applied in reverse order of the flags",
      ["test/one@1.0.0", "FOLDER"],
      ["test/own@1.0.0", "test/one@1.0.0"],
      ["MARK_own=yes", "MARK_one=yes"],
    ],
    ["replace the builder's extension of the same id", ["SAME"], ["test/one@1.0.0"], ["MARK_other=yes"]],
  ])("%s", async ([, named, members, marked]) => {
    const locations: Record<string, string> = {
      FOLDER: await folder("test/own", "own"),
      SAME: await folder("test/one", "other"),
    };
    const flags = named.flatMap((name) => ["--extension", locations[name] ?? name]);
    const built = await world.build({ extensions: { "test/one": marks("one"), "test/two": marks("two") }, flags });
    const { config } = await built.image();
    expect(built.stderr.match(/(?<=extension )test\/\S+/g)?.slice(0, members.length)).toEqual(members);
    expect(config.config?.Env?.filter((entry) => entry.startsWith("MARK"))).toEqual(marked);
  });

  test("can be in an archive, a package file or an image", async () => {
    const dir = await folder("test/packed", "packed");
    const archive = join(world.dir, "packed.tgz");
    const [file, image] = [join(world.dir, "packed.cnb"), `oci:${join(world.dir, "packed")}`];
    await execute("tar", ["-czf", archive, "-C", dir, "."]);
    await cnbSucceeds(["extension", "package", dir, "--output", file, "--output", image]);
    for (const location of [archive, file, image]) {
      const built = await world.build({ extensions: {}, flags: ["--extension", location] });
      expect([location, (await built.image()).config.config?.Env]).toEqual([
        location,
        expect.arrayContaining(["MARK_packed=yes"]),
      ]);
    }
  });

  test("cannot be buildpacks", async () => {
    const dir = join(world.dir, "no-extension");
    await mkdir(join(dir, "bin"), { recursive: true });
    await writeFile(join(dir, "buildpack.toml"), `api = "0.10"\n[buildpack]\nid = "test/b"\nversion = "1.0.0"\n`);
    const built = await world.build({ extensions: {}, flags: ["--extension", dir] });
    expect({ exitCode: built.exitCode, stderr: built.stderr }).toMatchObject({ exitCode: 3 });
  });
});

describe("cnb build reports", () => {
  beforeAll(async () => {
    const run = await runImageOf(world.dir);
    const arm = { ...run, config: { ...run.config, architecture: "arm64" } };
    await world.addImage(oci.mutate.config(arm, {}), "arm", "localhost/arm:1");
    const distro = { "io.buildpacks.base.distro.name": "other", "io.buildpacks.base.distro.version": "1" };
    await world.addImage(oci.mutate.labels(run, distro), "distro", "localhost/distro:1");
  });
  const generated = (files: Readonly<Record<string, string>>) => ({
    extensions: {
      "test/bad": Object.fromEntries(Object.entries(files).map(([name, text]) => [`generate/${name}`, text])),
    },
  });

  test.for<[string, ExtensionBuild, number, readonly string[]]>([
    [
      "a RUN instruction that fails",
      generated({ "run.Dockerfile": `${fromBase}RUN echo all is lost; exit 3\n` }),
      102,
      ["EXTENSION_APPLY_FAILED", "run.Dockerfile of extension test/bad@1.0.0", "all is lost"],
    ],
    [
      "a RUN instruction that fails because of a full disk",
      generated({ "run.Dockerfile": `${fromBase}RUN printf '5%%\\r50%%\\rE: No space left on device\\n' && exit 3\n` }),
      102,
      ["EXTENSION_APPLY_FAILED", "\nE: No space left on device\n", "HINT: The disk is full: free space"],
    ],
    [
      "root as the last user of the run image",
      generated({ "run.Dockerfile": `${fromBase}USER root\nRUN echo > /tmp/1\n` }),
      102,
      ["EXTENSION_APPLY_FAILED", "after the extension test/bad@1.0.0, the user of the run image is root"],
    ],
    [
      "an invalid Dockerfile",
      generated({ "build.Dockerfile": "FROM debian\n" }),
      92,
      ["EXTENSION_OUTPUT_INVALID", "extension test/bad@1.0.0", "build.Dockerfile:1:"],
    ],
    [
      "a build argument that only platforms set",
      generated({ "extend-config.toml": `[[run.args]]\nname = "user_id"\nvalue = "0"\n` }),
      92,
      ["EXTENSION_OUTPUT_INVALID", "extend-config.toml sets user_id"],
    ],
    [
      "a run image that does not exist",
      generated({ "run.Dockerfile": "FROM localhost:1/nowhere:1\n" }),
      32,
      ["RUN_IMAGE_NOT_FOUND", "localhost:1/nowhere:1"],
    ],
    [
      "a run image of another architecture",
      generated({ "run.Dockerfile": "FROM localhost/arm:1\n" }),
      3,
      ["ARCHITECTURE_MISMATCH", "linux/arm64"],
    ],
    [
      "a run image of a distribution that a buildpack does not support",
      {
        ...generated({ "run.Dockerfile": "FROM localhost/distro:1\n" }),
        buildpackToml: `[[targets]]\nos = "linux"\n[[targets.distros]]\nname = "debian"\nversion = "12"\n`,
      },
      92,
      ["EXTENSION_OUTPUT_INVALID", "localhost/distro:1", "test/app@1.0.0"],
    ],
    [
      "an extension whose generate fails",
      { extensions: { "test/bad": { "bin/generate": "#!/bin/sh\necho no luck\nexit 7\n" } } },
      91,
      ["EXTENSION_FAILED", "extension test/bad@1.0.0 failed with exit code 7", "no luck"],
    ],
    [
      "that buildah is not installed",
      {
        ...generated({ "run.Dockerfile": `${fromBase}RUN echo > /tmp/1\n` }),
        before: ["unshare", "--mount", "sh", "-c", 'mount --bind /dev/null "$(command -v buildah)" && exec "$@"', "sh"],
      },
      3,
      ["EXTENSIONS_UNAVAILABLE", "run.Dockerfile of extension test/bad@1.0.0", "Install the package buildah"],
    ],
  ])("%s", async ([, given, exitCode, words]) => {
    const built = await world.build(given);
    expect({ exitCode: built.exitCode, stderr: built.stderr }).toMatchObject({ exitCode });
    for (const word of words) expect(built.stderr).toContain(word);
  });

  test("no error for an extension whose plan requires a dependency, and does not use this extension", async () => {
    const detect = `#!/bin/sh\nprintf '[[requires]]\\nname = "x"\\n' > "$CNB_BUILD_PLAN_PATH"\n`;
    const built = await world.build({ extensions: { "test/bad": { "bin/detect": detect } } });
    expect(labelOf(labelsOf(await built.image()), "build.metadata").extensions).toBe(undefined);
  });
});

test("extensions are applied by copying files if buildah lacks overlay support", async () => {
  const [real, fake] = ["real", "fake"].map((name) => join(world.dir, `buildah-${name}`));
  await writeFile(fake ?? "", `#!/bin/sh\n[ "$6" != overlay ] || exit 1\nexec /usr/bin/yes "$@"\n`, { mode: 0o755 });
  const location = `buildah=$(command -v buildah); cp $buildah ${real}; mount --bind ${real} /usr/bin/yes; mount --bind ${fake} $buildah; exec "$@"`;
  const run = { "generate/run.Dockerfile": `${fromBase}RUN echo 1 > /tmp/1\n` };
  const before = ["unshare", "--mount", "sh", "-c", location, "sh"];
  const built = await world.build({ extensions: { "test/run": run }, before });
  const [, added] = (await built.image()).layers;
  expect(added && (await pathsIn(added))).toEqual(expect.arrayContaining(["tmp/1"]));
});

describe("RUN instructions of Dockerfiles", () => {
  test.for<Account>(["root", "cnb-tester"])("have no network if the build has none, as %s", async (account) => {
    const lines = "RUN echo interfaces $(/bin/busybox grep -c : /proc/net/dev)\n";
    const run = { "generate/run.Dockerfile": `${fromBase}${lines}` };
    const built = await world.build({ extensions: { "test/net": run }, flags: ["--network", "none"], account });
    await built.image();
    expect(built.stderr).toContain("interfaces 1\n");
  });

  test.for<Account>(["root", "cnb-tester"])("cannot access files outside of the image, as %s", async (account) => {
    const busybox = (words: string) => `(/bin/busybox ${words} 2>&1 && echo "!! ${words}")`;
    const attempts = [
      "mknod /tmp/disk b 254 0",
      "chroot / /bin/busybox true",
      "ls /proc/1/root/",
      "touch /sys/x",
      "mount -t tmpfs tmpfs /tmp",
      "dd if=/dev/kmsg of=/dev/null count=1",
      "dd if=/dev/mem of=/dev/null count=1",
      "touch /proc/sys/kernel/panic",
    ];
    const script = `${attempts.map(busybox).join("; ")}; /bin/busybox ls /dev; echo done > /tmp/done`;
    const run = { "generate/run.Dockerfile": `${fromBase}USER root\nRUN ${script}\n${userAgain}` };
    const built = await world.build({ extensions: { "test/escape": run }, account });
    await built.image();
    const said = built.stderr.split("\n").map((line) => line.trim().replace(/^\| /, ""));
    expect(said.filter((line) => line.startsWith("!!"))).toEqual([]);
    const devices = said.slice(said.lastIndexOf("fd"), said.lastIndexOf("zero") + 1);
    expect(devices).toEqual("fd full null ptmx pts random shm stderr stdin stdout tty urandom zero".split(" "));
  });

  test("are ended by --timeout", async () => {
    const run = { "generate/run.Dockerfile": `${fromBase}RUN /bin/busybox sleep 4711\n` };
    const built = await world.build({ extensions: { "test/slow": run }, flags: ["--timeout", "4s"] });
    expect({ exitCode: built.exitCode, stderr: built.stderr }).toMatchObject({ exitCode: 124 });
    expect(await processesOf("4711")).toEqual([]);
  });

  test.for<[Account, string]>([
    ["root", "4712"],
    ["cnb-tester", "4713"],
  ])("are killed with cnb, and the next build removes leftovers, as %s", async ([account, seconds]) => {
    const cache = `kill-${account}`;
    const run = { "generate/run.Dockerfile": `${fromBase}RUN /bin/busybox sleep ${seconds}\n` };
    const { words, cache: folder } = await world.command({ extensions: { "test/slow": run }, account, cache });
    const child = spawn(words[0] ?? "", words.slice(1), {
      stdio: "ignore",
      detached: true,
      env: { PATH: process.env.PATH },
    });
    const ended = once(child, "exit");
    while ((await processesOf(seconds)).length < 1) await delay(50);
    for (const pid of await processesOf(`cnb.js\0build\0`))
      if (await isBelow(pid, folder)) process.kill(pid, "SIGKILL");
    await ended;
    for (let waited = 0; waited < 50 && (await processesOf(seconds)).length > 0; waited++) await delay(100);
    expect(await processesOf(seconds)).toEqual([]);
    expect((await readdir(join(folder, "work"))).length).toBe(1);
    await (await world.build({ extensions: {}, account, cache })).image();
    expect(await readdir(join(folder, "work"))).toEqual([]);
    expect((await execute("cat", ["/proc/self/mountinfo"])).stdout).not.toContain(folder);
  });
});

/** Processes whose command line holds these words, but for what only starts others. */
async function processesOf(words: string): Promise<readonly number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map(async (pid) => [pid, await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")]),
  );
  return lines.flatMap(([pid, line]) => (line?.includes(words) ? [Number(pid)] : []));
}

const isBelow = async (pid: number, folder: string): Promise<boolean> =>
  (await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "")).includes(folder);
