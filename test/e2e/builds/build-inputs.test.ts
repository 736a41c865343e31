// @needs busybox
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Image, ImageReference, TarEntry } from "@libcnb/packager/oci";
import * as oci from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BuildImageOptions } from "../../../builder-packager/src/platform/build-options.ts";
import { buildImage } from "../../../builder-packager/src/project/build-image.ts";
import { recordingReporter } from "../../../builder-packager/src/reporter.ts";
import { readTar } from "../../../builder-packager/src/tar/read.ts";
import { cnb, execute } from "../../support/cnb.ts";
import { type ShellBuildpack, shellBuilder } from "../../support/tiny/shell-builder.ts";
import { shellImage } from "../../support/tiny/shell-image.ts";

/** The settings of a build in flags and in project.toml, and the environment that buildpacks get. */
const signal = new AbortController().signal;
let dir: string;
const location = (name: string) => join(dir, name);
const inFolder = (name: string): ImageReference => ({ kind: "oci", dir: location(`images/${name}`) });

const toml = (id: string, version: string) => `api = "0.12"\n[buildpack]\nid = "${id}"\nversion = "${version}"\n`;

/** Says that it built, and what it sees. */
const probe = (id: string, version: string, build = "true"): ShellBuildpack => ({
  id,
  version,
  files: {
    "buildpack.toml": toml(id, version),
    "bin/detect": "#!/bin/sh\nexit 0\n",
    "bin/build": `#!/bin/sh\nset -e\n${build}\n`,
  },
});

const look = `
echo "SETTING=$SETTING TESTING=$TESTING CNB_EXEC_ENV=$CNB_EXEC_ENV"
find . -mindepth 1 | sort
`;

const buildpacks = [
  probe("in/looker", "1.0.0", look),
  probe("in/other", "1.0.0"),
  probe("in/two", "1.0.0"),
  probe("in/two", "2.0.0"),
  probe("in/system", "1.0.0"),
];

const group = (...members: string[]) =>
  `[[order]]\n${members.map((id) => `[[order.group]]\nid = "${id}"\nversion = "1.0.0"\n`).join("")}`;

const executable = (path: string, text: string): TarEntry => ({
  type: "file",
  path,
  mode: 0o755,
  uid: 0,
  gid: 0,
  content: Buffer.from(text),
});

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "build-inputs-"));
  await chmod(dir, 0o755);
  const builder = await shellBuilder({
    dir,
    buildpacks,
    order: group("in/looker", "in/other"),
    runImage: "run:1",
    platformApis: ["0.15"],
    lifecycle: { version: "0.21.0", entries: [executable("lifecycle/launcher", "#!/bin/sh\n")] },
    files: { "/cnb/system.toml": `[[system.pre.buildpacks]]\nid = "in/system"\nversion = "1.0.0"\n` },
  });
  await oci.write(builder, inFolder("builder"), { name: "builder:1" });
  await oci.write(await shellImage(dir), inFolder("run"), { name: "run:1" });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

type Files = Readonly<Record<string, string>>;
let count = 0;

async function write(folder: string, files: Files): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text, { mode: name.startsWith("bin/") ? 0o755 : 0o644 });
  }
  return folder;
}

const app = (files: Files) => write(location(`app-${++count}`), { "app.txt": "x", ...files });

async function built(folder: string, options: Partial<BuildImageOptions> = {}, named = true) {
  const reporter = recordingReporter();
  const output = { kind: "oci", dir: location(`out-${++count}`) } as const;
  const report = await buildImage({
    app: folder,
    output,
    reporter,
    signal,
    ...(named && { builder: inFolder("builder") }),
    env: { ...process.env, LIBCNB_CACHE_DIR: location("cache"), SOURCE_DATE_EPOCH: undefined },
    ...options,
  });
  const said = reporter.lines.filter((line) => line.startsWith("output: ")).map((line) => line.slice(8));
  const names = report.group.map(({ id, version }) => `${id}@${version}`);
  return {
    report,
    said,
    group: names,
    lines: reporter.lines,
    output,
    image: () => oci.read(output).then((index) => oci.imageFor(index)),
  };
}

/** All that an image says and holds, as one text. */
async function everything({ config, layers }: Image): Promise<string> {
  const entries = (await Promise.all(layers.map((layer) => readTar(layer.uncompressed())))).flat();
  const contents = entries.map((entry) =>
    entry.type === "file" && entry.content instanceof Uint8Array ? Buffer.from(entry.content).toString("latin1") : "",
  );
  return [JSON.stringify(config), ...entries.map(({ path }) => path), ...contents].join("\n");
}

const looker = ["in/system@1.0.0", "in/looker@1.0.0", "in/other@1.0.0"];

const project = (text: string) => `[_]\nschema-version = "0.3"\n${text}`;

describe("project.toml", () => {
  const env = `
[[io.buildpacks.build.env]]
name = "SETTING"
value = "project"
[[io.buildpacks.build.env]]
name = "TESTING"
value = "yes"
exec-env = ["test"]
`;

  test("excludes files by .gitignore patterns and sets environment variables", async () => {
    const exclude = `[io.buildpacks]\nexclude = ["*.log", "/build/", "!kept.log", "project.toml"]\n`;
    const { said, group } = await built(
      await app({
        "project.toml": project(exclude + env),
        "a.log": "",
        "kept.log": "",
        "build/out": "",
        "src/build/in": "",
        "src/A.LOG": "",
      }),
    );
    expect(group).toEqual(looker);
    expect(said).toEqual([
      "SETTING=project TESTING= CNB_EXEC_ENV=production",
      "./app.txt",
      "./kept.log",
      "./src",
      "./src/A.LOG",
      "./src/build",
      "./src/build/in",
    ]);
  });

  test("includes files by .gitignore patterns", async () => {
    const include = `[io.buildpacks]\ninclude = ["src/*.js", "/docs/*", "!docs/secret"]\n`;
    const { said } = await built(
      await app({
        "project.toml": project(include + env),
        "src/a.js": "",
        "src/b.ts": "",
        "lib/a.js": "",
        "docs/one": "",
        "docs/secret": "",
        "docs/deep/two": "",
      }),
      { execEnv: "test", userEnv: new Map([["SETTING", "user"]]) },
    );
    expect(said).toEqual([
      "SETTING=user TESTING=yes CNB_EXEC_ENV=test",
      "./docs",
      "./docs/deep",
      "./docs/deep/two",
      "./docs/one",
      "./src",
      "./src/a.js",
    ]);
  });

  test("selects the builder if no flag does", async () => {
    const descriptor = location("elsewhere.toml");
    await writeFile(descriptor, project(`[io.buildpacks]\nbuilder = "oci:images/builder"\n`));
    const folder = await app({});
    expect((await built(folder, { descriptor }, false)).group).toEqual(looker);
    await expect(built(folder, {}, false)).rejects.toMatchObject({
      code: "ARGUMENT_INVALID",
      message: "no builder is set for this build",
    });
  });

  test("selects buildpacks of the builder, of the app's directory and inline scripts", async () => {
    const own = Object.entries(probe("own/folder", "0.1.0", "echo own").files);
    const { group, said } = await built(
      await app({
        ...Object.fromEntries(own.map(([name, text]) => [`bp/${name}`, text])),
        "project.toml": project(`
[[io.buildpacks.group]]
id = "in/two"
version = "2.0.0"
[[io.buildpacks.group]]
uri = "bp"
[[io.buildpacks.group]]
id = "in/other"
exec-env = ["test"]
[[io.buildpacks.group]]
id = "own/inline"
[io.buildpacks.group.script]
api = "0.12"
shell = "/bin/sh -e"
inline = """
echo "inline $0 $(pwd)"
cat app.txt"""
`),
      }),
    );
    expect(group).toEqual(["in/system@1.0.0", "in/two@2.0.0", "own/folder@0.1.0", "own/inline@0.0.0"]);
    expect(said).toEqual(["own", "inline /cnb/buildpacks/own_inline/0.0.0/bin/build /workspace", "x"]);
  });

  test("adds buildpacks before and after the builder's order", async () => {
    const member = (where: string, id: string, version = "1.0.0") =>
      `[[io.buildpacks.${where}.group]]\nid = "${id}"\nversion = "${version}"\n`;
    const folder = await app({
      "project.toml": project(member("pre", "in/two") + member("pre", "in/other") + member("post", "in/system")),
    });
    expect((await built(folder)).group).toEqual([
      "in/other@1.0.0",
      "in/two@1.0.0",
      "in/looker@1.0.0",
      "in/system@1.0.0",
    ]);
    const flags = { preBuildpacks: ["in/other"], postBuildpacks: ["in/two@2.0.0"], systemBuildpacks: false };
    expect((await built(folder, flags)).group).toEqual(["in/other@1.0.0", "in/looker@1.0.0", "in/two@2.0.0"]);
  });
});

describe("buildpacks selected by --buildpack", () => {
  test.for<readonly [readonly string[], readonly string[]]>([
    [["in/looker"], ["in/system@1.0.0", "in/looker@1.0.0"]],
    [["urn:cnb:builder:in/two@2.0.0"], ["in/system@1.0.0", "in/two@2.0.0"]],
    [["from=builder"], looker],
    [
      ["in/two@1.0.0", "from=builder", "in/system"],
      ["in/two@1.0.0", "in/looker@1.0.0", "in/other@1.0.0", "in/system@1.0.0"],
    ],
    [["from=builder:in/other"], ["in/system@1.0.0", "in/other@1.0.0"]],
  ])("as %j form the group %j", async ([buildpacks, expected]) => {
    expect((await built(await app({}), { buildpacks })).group).toEqual(expected);
  });

  test("include a directory that replaces the builder's buildpack of the same version", async () => {
    const buildpack = await write(location("newer"), probe("in/other", "1.0.0", "echo newer").files);
    const { group, said } = await built(await app({}), { buildpacks: [buildpack] });
    expect([group, said]).toEqual([["in/system@1.0.0", "in/other@1.0.0"], ["newer"]]);
    expect((await built(await app({}), { buildpacks: ["in/other"] })).said).toEqual([]);
  });

  test("include an archive, a package and a composite buildpack with its members", async () => {
    const part = await write(location("part"), probe("own/part", "1.0.0", "echo part").files);
    await execute("tar", ["-czf", location("part.tgz"), "-C", part, "."]);
    const packaged = await cnb(["buildpack", "package", "--path", part, "--output", location("part.cnb")]);
    expect(packaged.exitCode, packaged.stderr).toBe(0);
    const order = `[[order]]\n[[order.group]]\nid = "own/part"\nversion = "1.0.0"\n`;
    await write(location("composite"), {
      "buildpack.toml": toml("own/composite", "1.0.0") + order,
      "package.toml": `[buildpack]\nuri = "."\n[[dependencies]]\nuri = "../part"\n`,
    });
    for (const name of ["part.tgz", "part.cnb", "composite"]) {
      const { group, said } = await built(await app({}), { buildpacks: [location(name)] });
      expect([name, group, said]).toEqual([name, ["in/system@1.0.0", "own/part@1.0.0"], ["part"]]);
    }
  });

  const none = "Use a buildpack of the builder: in/looker, in/other, in/two, in/system.";
  test.for<readonly [string, string, string]>([
    [
      "in/two",
      "--buildpack: the builder has in/two in version 1.0.0 and 2.0.0, and in/two does not name one of these versions",
      "Write in/two@1.0.0.",
    ],
    ["in/absent@1.0.0", "--buildpack: the builder contains no buildpack in/absent@1.0.0", none],
    ["urn:cnb:builder:in/absent", "--buildpack: the builder contains no buildpack in/absent", none],
    [
      "urn:cnb:registry:in/absent",
      "--buildpack: urn:cnb:registry:in/absent refers to a buildpack registry on a Git server, which cnb does not query",
      "Use the image of the buildpack: docker://REGISTRY/REPOSITORY@DIGEST.",
    ],
  ])("are refused if one of them, such as %s, cannot be used", async ([buildpack, message, hint]) => {
    const refused = built(await app({}), { buildpacks: [buildpack] });
    await expect(refused).rejects.toMatchObject({ code: "ARGUMENT_INVALID", message, hint });
  });

  test("are refused if they contain from=builder twice", async () => {
    const folder = await app({});
    const refused = { code: "ARGUMENT_INVALID" };
    const buildpacks = ["from=builder", "in/other", "from=builder"];
    await expect(built(folder, { buildpacks })).rejects.toMatchObject(refused);
    await expect(built(folder, { preBuildpacks: ["from=builder"] })).rejects.toMatchObject(refused);
  });
});

describe("buildpacks receive", () => {
  const secret = "s3cr3t-of-the-binding";
  const reader = () =>
    write(
      location("reader"),
      probe(
        "own/reader",
        "1.0.0",
        `
cat /platform/bindings/db/type /platform/bindings/db/password > /dev/null
test ! -e /platform/bindings/db/new && ! touch /platform/bindings/db/new 2> /dev/null
echo "bindings: $(ls /platform/bindings)"
cat /opt/seen /home/cnb/.store/kept
! touch /opt/seen 2> /dev/null
echo written > /home/cnb/.store/new
mkdir -p "$CNB_LAYERS_DIR/layer" && printf '[types]\nlaunch = true\n' > "$CNB_LAYERS_DIR/layer.toml"
echo x > "$CNB_LAYERS_DIR/layer/file"
`,
      ).files,
    );

  test("bindings and volumes that do not end up in the image", async () => {
    await write(location("services"), { "db/type": "postgresql", "db/password": secret, "cache/type": "redis" });
    await write(location("one"), { type: "npmrc", ".npmrc": secret });
    await write(location("store"), { kept: "kept\n" });
    await writeFile(location("seen"), "seen\n");
    await chmod(location("store"), 0o777);
    const { said, image, lines } = await built(await app({}), {
      buildpacks: [await reader()],
      bindings: [location("services")],
      volumes: [
        { source: location("seen"), target: "/opt/seen" },
        { source: location("store"), target: "/home/cnb/.store", writable: true },
        { source: location("one"), target: "/platform/bindings/one" },
      ],
    });
    expect(said).toEqual(["bindings: cache", "db", "one", "seen", "kept"]);
    expect(await readFile(location("store/new"), "utf8")).toBe("written\n");
    const all = await everything(await image());
    expect(all).toContain("/layers/own_reader/layer/file");
    for (const hidden of [secret, "/opt/seen", ".store"]) expect(all).not.toContain(hidden);
    expect(lines.join("\n")).not.toContain(secret);
    expect((await built(await app({}))).said).not.toContain("/opt/seen");
  });

  test("no volumes that hide the build's own directories", async () => {
    const volumes = [{ source: location("seen"), target: "/cnb/lifecycle" }];
    await expect(built(await app({}), { volumes })).rejects.toMatchObject({ code: "ARGUMENT_INVALID" });
  });
});

describe("cnb build", () => {
  test("writes a report and SBOMs next to the image", async () => {
    const sboms = `printf '{"bomFormat":"CycloneDX"}' > "$CNB_LAYERS_DIR/launch.sbom.cdx.json"`;
    const buildpack = probe("own/bom", "1.0.0", sboms);
    const described = {
      ...buildpack.files,
      "buildpack.toml": `${toml("own/bom", "1.0.0")}sbom-formats = ["application/vnd.cyclonedx+json"]\n`,
    };
    const folder = await app({ "project.toml": `[_]\nversion = "1.2"\nsource-url = "https://example.com/a?b&c"\n` });
    const { report, image, output } = await built(folder, {
      buildpacks: [await write(location("bom"), described)],
      creationTime: new Date("2026-01-31T12:00:00.5Z"),
      reportFile: location("reports/report.toml"),
      sbomDir: location("boms"),
    });
    const { config } = await image();
    expect([config.created, config.history?.at(-1)?.created]).toEqual(["2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"]);
    expect(config.config?.Labels?.["io.buildpacks.project.metadata"]).toBe(
      `{"source":{"type":"project","version":{"declared":"1.2"},"metadata":{"url":"https://example.com/a?b\\u0026c"}}}`,
    );
    const manifest = await readFile(join(output.dir, "blobs", report.manifestDigest.replace(":", "/")));
    expect(await readFile(location("reports/report.toml"), "utf8")).toBe(
      `[image]\n  tags = ["oci:${output.dir}"]\n  digest = "${report.manifestDigest}"\n  manifest-size = ${manifest.length}\n`,
    );
    expect(await readFile(location("boms/sbom/launch/own_bom/sbom.cdx.json"), "utf8")).toBe(
      `{"bomFormat":"CycloneDX"}`,
    );
  });
});

test("an app cannot read other files of the host through links", async () => {
  await write(location("outside"), probe("own/outside", "1.0.0").files);
  const refused = async (toml: string, link?: string) => {
    const folder = await app({ "project.toml": project(toml) });
    if (link) await symlink(link, join(folder, "link"));
    await expect(built(folder, {}, !toml.includes("builder ="))).rejects.toMatchObject({
      code: "PROJECT_INVALID",
      message: expect.stringMatching(
        /^\S+\/project\.toml refers to ".+", which is outside the application's directory$/,
      ),
      hint: expect.stringContaining("--descriptor"),
    });
  };
  const member = (uri: string) => `[[io.buildpacks.group]]\nuri = "${uri}"\n`;
  await refused(member("../outside"));
  await refused(member(location("outside")));
  await refused(member(`file://${location("outside")}`));
  await refused(member("oci:../images/builder"));
  await refused(member("link"), location("outside"));
  await refused(`[io.buildpacks]\nbuilder = "oci:../images/builder"\n`);
  const named = location("trusted.toml");
  await writeFile(named, project(member("outside")));
  expect((await built(await app({}), { descriptor: named })).group).toEqual(["in/system@1.0.0", "own/outside@1.0.0"]);
});
