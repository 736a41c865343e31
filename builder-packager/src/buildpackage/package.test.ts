// @needs skopeo
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hostArchitecture } from "../compile/executable/node-release.ts";
import { modulesOf, packageMainOf } from "../config/module-labels.ts";
import { readImage } from "../oci/image-io.ts";
import type { Platform } from "../oci/model/spec.ts";
import { validateImage } from "../oci/model/validate.ts";
import { recordingReporter, silentReporter } from "../reporter.ts";
import { decompress } from "../tar/compression.ts";
import { readTar } from "../tar/read.ts";
import { packageBuildpack } from "./package.ts";
import type { PackageRequest } from "./package-request.ts";
import { readSource } from "./sources/source.ts";
import { parseTarget } from "./target.ts";
import { depends, order, prebuilt, toml } from "./testing/descriptors.ts";
import type { Files } from "./testing/packaging-workspace.ts";

const arch = hostArchitecture() ?? "amd64";
const framework = fileURLToPath(new URL("../../../framework", import.meta.url));
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "package-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function folder(name: string, files: Files): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, name, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return join(root, name);
}

const context = () => ({
  env: { ...process.env, LIBCNB_CACHE_DIR: join(root, "cache") },
  cwd: root,
  reporter: silentReporter,
});

const packaged = (dir: string, outputs: readonly string[], more: Partial<PackageRequest> = {}) =>
  packageBuildpack({ dir, outputs, ...more }, context()).then(({ written }) => written);

/** A package and what its labels say. */
async function readPackage(location: string, platform?: Platform) {
  const [kind, name = ""] = location.endsWith(".cnb") ? ["cnb", location] : location.split(":");
  const path = resolve(root, name);
  const image = await readImage(
    kind === "oci" ? { kind, dir: path } : { kind: "oci-archive", file: path },
    platform && { platform },
  );
  return { image, main: packageMainOf(image, location), modules: modulesOf(image, location) };
}

async function layerList(location: string): Promise<string[]> {
  const { image } = await readPackage(location);
  const lists = await Promise.all(image.layers.map((layer) => readTar(decompress(layer.uncompressed()))));
  return lists.flat().map((entry) => {
    const target = "target" in entry ? ` -> ${entry.target}` : "";
    return `${entry.mode.toString(8)} ${entry.type} ${entry.path}${target}`;
  });
}

describe("targets of a package", () => {
  const other = arch === "amd64" ? "arm64" : "amd64";
  const targets = [`linux/${arch}`, `linux/${other}`, "windows/amd64"].map((name) => name.split("/"));
  const declared = targets.map(([os, name]) => `\n[[targets]]\nos = "${os}"\narch = "${name}"\n`).join("");
  const reportedTargets = `Packaging for this machine only. For all targets of buildpack.toml: --target linux/amd64 --target linux/arm64, or [[targets]] in package.toml`;
  const composite = { "buildpack.toml": toml("me/all", order("me/targets")), "package.toml": depends("../component") };

  test.for<[string, Files, readonly string[], readonly string[], readonly string[]]>([
    ["are those of buildpack.toml, except for Windows", prebuilt("me/targets", declared), [], [arch, other], []],
    ["can be selected by options", prebuilt("me/targets", declared), [`linux/${other}`, `linux/${other}`], [other], []],
    [
      "in package.toml take precedence over those of buildpack.toml",
      {
        ...prebuilt("me/t", declared),
        "package.toml": `[buildpack]\nuri = "."\n[[targets]]\nos = "linux"\narch = "${other}"\n`,
      },
      [],
      [other],
      [],
    ],
    ["default to this machine's platform", prebuilt("me/targets"), [], [arch], []],
    ["that only member buildpacks declare are reported but not used", composite, [], [arch], [reportedTargets]],
  ])("%s", async ([name, files, asked, made, reported]) => {
    const dir = await folder(`targets/${name}/it`, files);
    await folder(`targets/${name}/component`, prebuilt("me/targets", declared));
    const reporter = recordingReporter();
    const request = { targets: asked, dir, outputs: [`oci:targets-${name}`] };
    const { written } = await packageBuildpack(request, { ...context(), reporter });
    expect(written.flatMap(({ platforms }) => platforms.map(({ architecture }) => architecture))).toEqual(made);
    expect(reporter.lines.filter((line) => line.includes("machine only"))).toEqual(
      reported.map((line) => `info: ${line}`),
    );
  });

  test.for<[string, Awaited<ReturnType<typeof parseTarget>>]>([
    ["linux/amd64", [{ os: "linux", architecture: "amd64" }]],
    ["linux/arm/v7", [{ os: "linux", architecture: "arm", variant: "v7" }]],
    [
      "linux/amd64:ubuntu@22.04;debian",
      [
        { os: "linux", architecture: "amd64", "os.version": "22.04", distro: { name: "ubuntu", version: "22.04" } },
        { os: "linux", architecture: "amd64", distro: { name: "debian", version: undefined } },
      ],
    ],
  ])("given as %j are read as %j", ([text, expected]) => {
    expect(parseTarget(text)).toEqual(expected);
  });

  test.for([
    "",
    "linux",
    "linux/",
    "/amd64",
    "linux/arm/v7/x",
    "linux/arm/",
    "linux/amd64:",
    "linux/amd64:@1",
    "linux/amd64:a@1@2",
    "a/b:c:d",
  ])("given as %j are refused as invalid", (text) => {
    expect(() => parseTarget(text)).toThrow(`"${text}" is not a valid target platform`);
  });

  test("can have their own directories in a prebuilt buildpack; the most specific directory takes precedence", async () => {
    const bin = (path: string) => ({ [`${path}bin/detect`]: "", [`${path}bin/build`]: "" });
    const files = {
      "buildpack.toml": toml("me/f"),
      ...bin(""),
      ...bin("linux/arm64/"),
      ...bin("linux/arm64/ubuntu@22.04/"),
    };
    const dir = await folder("folders", files);
    const targets = ["linux/amd64", "linux/arm64", "linux/arm64:ubuntu@22.04"];
    const roots = targets.flatMap(parseTarget).map(async (target) => (await readSource(dir, "buildpack", target)).root);
    expect(await Promise.all(roots)).toEqual([dir, join(dir, "linux/arm64"), join(dir, "linux/arm64/ubuntu@22.04")]);
    await packaged(dir, ["oci:special-folder"], { targets: ["linux/arm64"] });
    expect(await layerList("oci:special-folder")).toEqual([
      "755 directory /cnb/buildpacks/me_f",
      "755 directory /cnb/buildpacks/me_f/1.0.0",
      "755 directory /cnb/buildpacks/me_f/1.0.0/bin",
      "755 file /cnb/buildpacks/me_f/1.0.0/bin/build",
      "755 file /cnb/buildpacks/me_f/1.0.0/bin/detect",
      "644 file /cnb/buildpacks/me_f/1.0.0/buildpack.toml",
      "755 directory /cnb/buildpacks/me_f/1.0.0/ubuntu@22.04",
      "755 directory /cnb/buildpacks/me_f/1.0.0/ubuntu@22.04/bin",
      "644 file /cnb/buildpacks/me_f/1.0.0/ubuntu@22.04/bin/build",
      "644 file /cnb/buildpacks/me_f/1.0.0/ubuntu@22.04/bin/detect",
    ]);
  });
});

describe("a shell buildpack", () => {
  test("is packaged with pack's labels, layer and file names", async () => {
    const dir = await folder("scripts", {
      ...prebuilt("me/scripts", `name = "A <b>"\nhomepage = "https://x"\n\n[[buildpack.licenses]]\ntype = "MIT"\n`),
      "package.toml": `[buildpack]\nuri = "."\n`,
      "lib/data.txt": "x",
    });
    await chmod(join(dir, "lib/data.txt"), 0o640);
    const [written] = await packaged(dir, ["oci:layout", "package.cnb"]);
    const { image, main, modules } = await readPackage("package.cnb");
    const diffId = image.layers[0]?.diffId;
    expect(image.config.config?.Labels).toEqual({
      "io.buildpacks.buildpackage.metadata":
        '{"id":"me/scripts","name":"A \\u003cb\\u003e","version":"1.0.0","homepage":"https://x","licenses":[{"Type":"MIT","URI":""}],"stacks":[{"id":"*"}]}',
      "io.buildpacks.buildpack.layers": `{"me/scripts":{"1.0.0":{"api":"0.10","layerDiffID":"${diffId}","homepage":"https://x","name":"A \\u003cb\\u003e"}}}`,
    });
    expect([main.id, ...modules.map(({ id, version }) => `${id}@${version}`)]).toEqual([
      "me/scripts",
      "me/scripts@1.0.0",
    ]);
    expect(await layerList("oci:layout")).toEqual([
      "755 directory /cnb/buildpacks/me_scripts",
      "755 directory /cnb/buildpacks/me_scripts/1.0.0",
      "755 directory /cnb/buildpacks/me_scripts/1.0.0/bin",
      "755 file /cnb/buildpacks/me_scripts/1.0.0/bin/build",
      "755 file /cnb/buildpacks/me_scripts/1.0.0/bin/detect",
      "644 file /cnb/buildpacks/me_scripts/1.0.0/buildpack.toml",
      "755 directory /cnb/buildpacks/me_scripts/1.0.0/lib",
      "644 file /cnb/buildpacks/me_scripts/1.0.0/lib/data.txt",
      "644 file /cnb/buildpacks/me_scripts/1.0.0/package.toml",
    ]);
    expect(await validateImage(image)).toEqual([]);
    const hex = (digest = "") => `/blobs/sha256/${digest.slice("sha256:".length)}`;
    const names = spawnSync("tar", ["-tPf", join(root, "package.cnb")], { encoding: "utf8" })
      .stdout.trim()
      .split("\n");
    expect(names).toEqual(
      expect.arrayContaining(["/blobs", "/blobs/sha256", hex(written?.digest), "/index.json", "/oci-layout"]),
    );
    const skopeo = spawnSync("skopeo", ["inspect", `oci-archive:${join(root, "package.cnb")}`], { encoding: "utf8" });
    expect(JSON.parse(skopeo.stdout).Digest).toBe(written?.digest);
  });

  test("can be in a directory reached by a symbolic link, and keeps its hard links", async () => {
    const dir = await folder("linked/real", prebuilt("me/linked"));
    for (const name of ["also", "zlast"]) await link(join(dir, "bin/build"), join(dir, "bin", name));
    await symlink("real", join(root, "linked/link"));
    const [real] = await packaged(dir, ["oci:linked-real"]);
    const [named] = await packaged(join(root, "linked/link"), ["oci:linked-link"]);
    expect(named?.digest).toBe(real?.digest);
    expect((await layerList("oci:linked-link")).filter((line) => line.includes("/bin/"))).toEqual([
      "644 file /cnb/buildpacks/me_linked/1.0.0/bin/also",
      // phases are made executable, whatever the others are
      "755 file /cnb/buildpacks/me_linked/1.0.0/bin/build",
      "755 file /cnb/buildpacks/me_linked/1.0.0/bin/detect",
      "644 hardlink /cnb/buildpacks/me_linked/1.0.0/bin/zlast -> /cnb/buildpacks/me_linked/1.0.0/bin/also",
    ]);
  });

  test("is written to dist by default, and a second package does not contain the first", async () => {
    const dir = await folder("default", prebuilt("me/default"));
    const [first] = await packaged(dir, []);
    const [second] = await packaged(dir, []);
    expect(first?.location).toBe(join(dir, "dist/default.cnb"));
    expect((await layerList(join(dir, "dist/default.cnb"))).filter((line) => line.endsWith(".cnb"))).toEqual([]);
    expect(await readdir(join(dir, "dist"))).toEqual(["default.cnb"]);
    expect([first?.digest, second?.digest].every((digest) => digest !== undefined)).toBe(true);
  });

  test("packaged for several targets is one file, layout or archive, from which each platform reads its own image", async () => {
    const dir = await folder("targets", {
      ...prebuilt("me/targets"),
      "linux/arm64/bin/build": "",
      "linux/arm64/bin/detect": "",
    });
    const outputs = ["several.cnb", "oci:several", "oci-archive:several.tar"];
    const written = await packaged(dir, outputs, { targets: ["linux/amd64", "linux/arm64"] });
    expect(written.map(({ location }) => location.replace(root, ""))).toEqual([
      "/several.cnb",
      "oci:/several",
      "oci-archive:/several.tar",
    ]);
    expect(new Set(written.map(({ digest }) => digest)).size).toBe(1);
    for (const name of ["several.cnb", "oci:several", "oci-archive:several.tar"]) {
      const images = ["amd64", "arm64"].map((architecture) => readPackage(name, { os: "linux", architecture }));
      const [amd64, arm64] = await Promise.all(images);
      expect([amd64?.image.config.architecture, arm64?.image.config.architecture]).toEqual(["amd64", "arm64"]);
      expect(amd64?.image.layers[0]?.diffId).not.toBe(arm64?.image.layers[0]?.diffId);
    }
  });
});

describe("a composite buildpack", () => {
  test("takes members by workspace ID, directory or package file, each in its own layer unless flattened", async () => {
    await folder("ws", { "package.json": `{ "workspaces": ["packs/*"] }` });
    await folder("ws/packs/a", prebuilt("me/a"));
    await folder("ws/packs/b", prebuilt("me/b"));
    await packaged(await folder("ws/packs/c", prebuilt("me/c")), ["c.cnb"]);
    const dir = await folder("ws/packs/all", {
      "buildpack.toml": toml("me/all", order("me/c", "me/a", "me/b")),
      "package.toml": depends("libcnb:me/a", "../b", join(root, "c.cnb")),
    });
    await packaged(dir, ["oci:split"]);
    await packaged(dir, ["oci:flat"], { flatten: true });
    await packaged(dir, ["oci:partly"], { flatten: true, flattenExclude: ["me/b@1.0.0"] });
    const read = await Promise.all(["oci:split", "oci:flat", "oci:partly"].map((name) => readPackage(name)));
    const [split] = read;
    expect(split?.modules.map(({ id }) => id)).toEqual(["me/a", "me/all", "me/b", "me/c"]);
    expect(read.map(({ image }) => image.layers.length)).toEqual([4, 1, 2]);
    expect((await layerList("oci:flat")).sort()).toEqual((await layerList("oci:split")).sort());
    expect(split?.modules.find(({ id }) => id === "me/all")?.facts.order).toEqual([
      {
        group: [
          { id: "me/c", version: "1.0.0" },
          { id: "me/a", version: "1.0.0" },
          { id: "me/b", version: "1.0.0" },
        ],
      },
    ]);
  });

  test.for<[string, Files, string, string]>([
    [
      "whose order names buildpacks that the package does not contain",
      {
        "buildpack.toml": toml(
          "me/odd",
          `\n[[order]]\n[[order.group]]\nid = "me/a"\n[[order.group]]\nid = "me/zz"\nversion = "2.0.0"\n`,
        ),
        "package.toml": depends("../a", "../b"),
      },
      `the order of DIR/buildpack.toml does not match the dependencies:
  me/a in the order of me/odd@1.0.0 has no version; the package has 1.0.0
  me/zz@2.0.0 in the order of me/odd@1.0.0 is not in the package
  me/b@1.0.0 is not in the order of me/odd@1.0.0 (dependency ../b)`,
      "Write each member with its version in the order, and list exactly these members in [[dependencies]] of package.toml.",
    ],
    [
      "whose order names a version that the package does not contain",
      { "buildpack.toml": toml("me/odd", order("me/a").replace("1.0.0", "9.0.0")), "package.toml": depends("../a") },
      `the order of DIR/buildpack.toml does not match the dependencies:
  me/a@9.0.0 in the order of me/odd@1.0.0 is not in the package, which has only 1.0.0
  me/a@1.0.0 is not in the order of me/odd@1.0.0 (dependency ../a)`,
      "Write each member with its version in the order, and list exactly these members in [[dependencies]] of package.toml.",
    ],
    [
      "with a dependency on an ID that is not in the workspace",
      { "buildpack.toml": toml("me/odd", order("me/x")), "package.toml": depends("libcnb:me/x") },
      "no buildpack of the workspace has the id me/x",
      "Use the id of a buildpack in the workspace: me/a, me/b, me/odd.",
    ],
    [
      "with several mistakes in package.toml",
      { "buildpack.toml": toml("me/odd", order("me/a")), "package.toml": `colour = 1\n[[dependencies]]\nurl = "x"\n` },
      [
        "DIR/package.toml has 4 problems",
        '  DIR/package.toml: buildpack.uri: is missing; if the buildpack is in the same directory, write [buildpack] and uri = "."',
        "  DIR/package.toml:1:1: colour: unknown key; the known keys are buildpack, extension, dependencies, platform, targets, verify",
        "  DIR/package.toml:2:3: dependencies[0]: expected either uri or image",
        "  DIR/package.toml:3:1: dependencies[0].url: unknown key; did you mean uri?",
      ].join("\n"),
      "Correct DIR/package.toml.",
    ],
    [
      "that is a member of itself",
      { "buildpack.toml": toml("me/odd", order("me/odd")), "package.toml": depends("libcnb:me/odd") },
      "the dependencies form a cycle: me/odd@1.0.0 → me/odd@1.0.0",
      "Remove one of the [[dependencies]] from DIR/package.toml.",
    ],
  ])("%s is refused", async ([name, files, message, hint]) => {
    const space = `bad/${name.replaceAll(" ", "-")}`;
    await folder(`${space}/a`, prebuilt("me/a"));
    await folder(`${space}/b`, prebuilt("me/b"));
    await folder(space, { "package.json": `{ "workspaces": ["*"] }` });
    const dir = await folder(`${space}/odd`, files);
    const error = await packaged(dir, ["never.cnb"]).then(
      () => undefined,
      (reason: Error & { hint: string }) => reason,
    );
    expect(error?.message.replaceAll(dir, "DIR")).toBe(message);
    expect(error?.hint.replaceAll(dir, "DIR")).toBe(hint);
    expect(await readdir(root)).not.toContain("never.cnb");
  });
});

const typescript = `import { defineBuildpack, pass } from "libcnb";
export default defineBuildpack({ detect: () => pass(), build: ({ log, buildpack }) => { log.info("I am " + buildpack.id); return {}; } });
`;

test("a composite package of TypeScript buildpacks stores one executable with links to it, and runs from the layer", async () => {
  const make = async (space: string) => {
    await folder(space, { "package.json": `{ "workspaces": ["*"] }` });
    for (const name of ["one", "two"]) {
      const dir = await folder(`${space}/${name}`, {
        "buildpack.toml": toml(`me/${name}`),
        "src/buildpack.ts": typescript,
      });
      await mkdir(join(dir, "node_modules"));
      await symlink(framework, join(dir, "node_modules/libcnb"));
    }
    return folder(`${space}/both`, {
      "buildpack.toml": toml("me/both", order("me/one", "me/two")),
      "package.toml": depends("libcnb:me/two", "libcnb:me/one"),
    });
  };
  const reporter = recordingReporter();
  const request = { dir: await make("ts"), outputs: ["oci:ts-first"] };
  const [first] = (await packageBuildpack(request, { ...context(), reporter })).written;
  const [second] = await packaged(await make("ts-again/deeper"), ["oci:ts-second"]);
  expect(second?.digest).toBe(first?.digest);
  expect(reporter.lines.filter((line) => line.includes("same layer"))).toEqual([
    "info: me/one@1.0.0 (typescript), in the same layer",
    "info: me/two@1.0.0 (typescript), in the same layer",
  ]);
  expect((await layerList("oci:ts-first")).filter((line) => /engine|LICENSES|cdx/.test(line))).toEqual([
    "644 file /cnb/buildpacks/me_both/1.0.0/LICENSES.txt",
    "755 file /cnb/buildpacks/me_both/1.0.0/bin/engine",
    ...["one", "two"].flatMap((name) => [
      `755 symlink /cnb/buildpacks/me_${name}/1.0.0/LICENSES.txt -> ../../me_both/1.0.0/LICENSES.txt`,
      `755 symlink /cnb/buildpacks/me_${name}/1.0.0/bin/build -> engine`,
      `755 symlink /cnb/buildpacks/me_${name}/1.0.0/bin/detect -> engine`,
      `755 symlink /cnb/buildpacks/me_${name}/1.0.0/bin/engine -> ../../../me_both/1.0.0/bin/engine`,
      `644 file /cnb/buildpacks/me_${name}/1.0.0/sbom.cdx.json`,
    ]),
  ]);

  const blobs = join(root, "ts-first/blobs/sha256");
  const { image } = await readPackage("oci:ts-first");
  const blob = join(blobs, image.layers[0]?.digest.slice("sha256:".length) ?? "");
  expect(
    createHash("sha256")
      .update(await readFile(blob))
      .digest("hex"),
  ).toBe(image.layers[0]?.digest.slice("sha256:".length));
  await mkdir(join(root, "rootfs"));
  expect(spawnSync("tar", ["-xzf", blob, "-C", join(root, "rootfs"), "--no-same-owner"]).status).toBe(0);
  await folder("", { "plan.toml": "", "platform/env/X": "", "layers/x": "" });
  const run = (name: string, phase: string) => {
    const dir = join(root, `rootfs/cnb/buildpacks/me_${name}/1.0.0`);
    const env = {
      CNB_BUILDPACK_DIR: dir,
      CNB_PLATFORM_DIR: join(root, "platform"),
      CNB_LAYERS_DIR: join(root, "layers"),
      CNB_BUILD_PLAN_PATH: join(root, "plan.toml"),
      CNB_BP_PLAN_PATH: join(root, "plan.toml"),
      CNB_TARGET_OS: "linux",
      CNB_TARGET_ARCH: arch,
    };
    const { status, stdout, stderr } = spawnSync(join(dir, "bin", phase), { cwd: root, env, encoding: "utf8" });
    return { status, output: stdout + stderr };
  };
  expect(run("one", "detect")).toEqual({ status: 0, output: "" });
  expect(run("two", "build")).toEqual({ status: 0, output: "  I am me/two\n" });
}, 180_000);
