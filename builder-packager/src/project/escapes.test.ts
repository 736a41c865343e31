// @needs processes
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { execute } from "../../../test/support/cnb.ts";
import { packageBuildpack } from "../buildpackage/package.ts";
import { emptyImage, withLabels } from "../oci/model/mutate.ts";
import type { Builder } from "../platform/images/builder.ts";
import { recordingReporter } from "../reporter.ts";
import { addBuildpacks } from "./add-buildpacks.ts";
import { declaredBuildpacks } from "./declared-buildpacks.ts";
import { readDescriptor } from "./read-descriptor.ts";

/** Buildpacks that an app names: by project.toml, and from there on. Each is tried with what must not be found. */
const marker = "MARKER-SECRET";
let dir: string;
let app: string;
let cache: string;
let count = 0;

/** Values that begin with `-> ` are links; OUT/ is the directory next to the app. */
type Files = Readonly<Record<string, string>>;

const toml = (id: string, more = "") => `api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "1.0.0"\n${more}`;
const order = (...ids: string[]) =>
  `[[order]]\n${ids.map((id) => `[[order.group]]\nid = "${id}"\nversion = "1.0.0"\n`).join("")}`;
const prebuilt = (id: string): Files => ({
  "buildpack.toml": toml(id),
  "bin/detect": "#!/bin/sh\n",
  "bin/build": `#!/bin/sh\n# ${marker}\n`,
});

async function write(folder: string, files: Files): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    const content = text.replaceAll("OUT/", `${join(dir, "outside")}/`);
    await mkdir(dirname(file), { recursive: true });
    if (content.startsWith("-> ")) await symlink(content.slice(3), file);
    else await writeFile(file, content);
  }
}

/** The files next to the app: a directory, and the same as an archive, as a package and as a layout. */
beforeAll(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), "escapes-")));
  const outside = join(dir, "outside");
  await write(join(outside, "bp"), prebuilt("out/bp"));
  await write(join(outside, "ts"), {
    "buildpack.toml": toml("out/ts"),
    "src/buildpack.ts": `export default "${marker}";`,
  });
  await write(outside, { "secret.txt": marker, "secret.toml": toml("out/secret", `[metadata]\nx = "${marker}"\n`) });
  await promisify(execFile)("tar", ["-czf", join(outside, "bp.tgz"), "-C", join(outside, "bp"), "."]);
  const outputs = [join(outside, "bp.cnb"), `oci:${join(outside, "layout")}`];
  await packageBuildpack({ dir: join(outside, "bp"), outputs }, { ...context(), cwd: dir });
  return () => rm(dir, { recursive: true, force: true });
});

beforeEach(() => {
  count += 1;
  app = join(dir, `app${count}`);
  cache = join(dir, `cache${count}`);
});

const context = () => ({
  env: { ...process.env, LIBCNB_CACHE_DIR: cache ?? join(dir, "cache"), TOKEN: marker },
  reporter: recordingReporter(),
  signal: new AbortController().signal,
});

const builder: Builder = {
  reference: { kind: "oci", dir: "builder" },
  image: withLabels(emptyImage({ os: "linux", architecture: "amd64" }), {}),
  uid: 1000,
  gid: 1000,
  platformApi: "0.15",
  buildpackApis: ["0.10"],
  lifecycleVersion: "0.21.0",
  runImages: [],
  hasLauncher: true,
};

/** Adds the buildpacks of the app. */
async function added(files: Files) {
  await write(app, files);
  const descriptor = await readDescriptor(app, undefined);
  const declared = declaredBuildpacks({}, descriptor, "production");
  return addBuildpacks({ declared, builder, settings: context() });
}

const naming = (uri: string): Files => ({
  "project.toml": `[_]\nschema-version = "0.2"\n[[io.buildpacks.group]]\nuri = "${uri}"\n`,
});

/** A composite buildpack of the app with a member. */
const composite = (uri: string, id = "out/bp"): Files => ({
  ...naming("all"),
  "all/buildpack.toml": toml("app/all", order(id)),
  "all/package.toml": `[buildpack]\nuri = "."\n[[dependencies]]\nuri = "${uri}"\n`,
});

/** The same two levels below. */
const nested = (uri: string): Files => ({
  ...composite("../mid", "app/mid"),
  "mid/buildpack.toml": toml("app/mid", order("out/bp")),
  "mid/package.toml": `[buildpack]\nuri = "."\n[[dependencies]]\nuri = "${uri}"\n`,
});

/** Paths that lead out, as they can be written in a file one level below the app. */
const paths = [
  "../../outside/bp",
  "OUT/bp",
  "file://OUT/bp",
  "FILE://OUT/bp",
  "file://OUT/%62p",
  "./../../outside/bp",
  "x/../../../outside/bp",
  "../../outside/bp.tgz",
  "OUT/bp.tgz",
  "../../outside/bp.cnb",
  "../../outside/layout",
  "oci:../../outside/layout",
  "oci:OUT/layout",
  "oci-archive:../../outside/bp.cnb",
  "docker-archive:OUT/bp.cnb",
  "docker-daemon:some/image:latest",
  "../../outside/absent",
  "OUT/absent",
  "/proc/self/cwd",
  "/proc/self/root",
];

const leadsOut = {
  code: "PROJECT_INVALID",
  message: expect.stringContaining("which is outside the application's directory"),
};

/** No blob of the cache has it either. */
async function expectNothing(): Promise<void> {
  const script = `grep -rlaF "$1" . ; find . -type f | while read -r f; do gzip -dc "$f" 2>/dev/null | grep -qaF "$1" && echo "$f"; done; true`;
  await mkdir(cache, { recursive: true });
  const { stdout } = await execute("sh", ["-c", script, "sh", marker], { cwd: cache });
  expect(stdout).toBe("");
}

const refused = async (files: Files): Promise<void> => {
  await expect(added(files)).rejects.toMatchObject(leadsOut);
  await expectNothing();
};

describe("an app cannot name a buildpack outside of the app's directory", () => {
  test.each(paths.map((path) => [path.replace("../../", "../"), path]))(
    "in project.toml by the URI %j, where OUT and ../.. are outside of the app",
    async (path) => refused(naming(path)),
  );
  test.each(paths)(
    "as a member of a composite buildpack by the URI %j, where OUT and ../.. are outside of the app",
    (path) => refused(composite(path)),
  );
  test.each(paths)(
    "as a member of a nested composite buildpack by the URI %j, where OUT and ../.. are outside of the app",
    (path) => refused(nested(path)),
  );
  test.each(paths.filter((path) => !/^(oci|docker)/.test(path)))(
    "as [buildpack] uri in package.toml by the URI %j, where OUT and ../.. are outside of the app",
    (path) =>
      refused({
        ...naming("all"),
        "all/package.toml": `[buildpack]\nuri = "${path}"\n`,
        "all/buildpack.toml": toml("a/b"),
      }),
  );
});

/** Files of a buildpack of the app that are elsewhere. */
const links: readonly (readonly [string, Files])[] = [
  ["the directory of a buildpack", { ...naming("bp"), bp: "-> OUT/bp" }],
  ["the parent directory of a buildpack", { ...naming("x/bp"), x: "-> OUT/" }],
  ["the directory of a composite buildpack's member", { ...composite("../bp"), bp: "-> OUT/bp" }],
  ["the archive of a buildpack", { ...naming("bp.tgz"), "bp.tgz": "-> OUT/bp.tgz" }],
  ["the archive of a composite buildpack's member", { ...composite("../bp.tgz"), "bp.tgz": "-> OUT/bp.tgz" }],
  ["a .cnb package", { ...naming("bp.cnb"), "bp.cnb": "-> OUT/bp.cnb" }],
  ["an OCI layout", { ...naming("oci:layout"), layout: "-> OUT/layout" }],
  [
    "the index of an OCI layout",
    { ...naming("layout"), "layout/oci-layout": "{}", "layout/index.json": "-> OUT/layout/index.json" },
  ],
  [
    "the blobs of an OCI layout",
    { ...composite("../l"), "l/oci-layout": "{}", "l/index.json": "{}", "l/blobs": "-> OUT/layout/blobs" },
  ],
  [
    "the buildpack.toml of a buildpack",
    { ...naming("bp"), ...below("bp", prebuilt("a/b")), "bp/buildpack.toml": "-> OUT/secret.toml" },
  ],
  [
    "the extension.toml of an extension",
    { ...naming("bp"), ...below("bp", prebuilt("a/b")), "bp/extension.toml": "-> OUT/secret.toml" },
  ],
  [
    "the package.toml of a buildpack",
    { ...naming("bp"), ...below("bp", prebuilt("a/b")), "bp/package.toml": "-> OUT/secret.txt" },
  ],
  [
    "the package.json of a buildpack",
    { ...naming("bp"), ...below("bp", prebuilt("a/b")), "bp/package.json": "-> OUT/secret.txt" },
  ],
  [
    "the buildpack.toml of a composite buildpack's member",
    { ...composite("../bp"), ...below("bp", prebuilt("a/b")), "bp/buildpack.toml": "-> OUT/secret.toml" },
  ],
  [
    "the executables of a buildpack for one platform",
    { ...naming("bp"), "bp/buildpack.toml": toml("a/b"), "bp/linux/amd64": "-> OUT/bp" },
  ],
  [
    "the executables of a buildpack for one operating system",
    { ...composite("../bp", "a/b"), "bp/buildpack.toml": toml("a/b"), "bp/linux": "-> OUT/bp" },
  ],
  [
    "the entry point of a TypeScript buildpack",
    { ...naming("ts"), "ts/buildpack.toml": toml("a/b"), "ts/src/buildpack.ts": "-> OUT/ts/src/buildpack.ts" },
  ],
  [
    "the entry point that package.json names",
    {
      ...naming("ts"),
      "ts/buildpack.toml": toml("a/b"),
      "ts/package.json": `{"libcnb":{"entry":"../../outside/ts/src/buildpack.ts"}}`,
    },
  ],
  [
    "the entry point that package.json exports",
    {
      ...naming("ts"),
      "ts/buildpack.toml": toml("a/b"),
      "ts/package.json": `{"exports":"../../outside/ts/src/buildpack.ts"}`,
    },
  ],
  [
    "the source directory of a TypeScript buildpack",
    { ...naming("ts"), "ts/buildpack.toml": toml("a/b"), "ts/src": "-> OUT/ts/src" },
  ],
  [
    "a directory that include-files names",
    {
      ...naming("ts"),
      "ts/buildpack.toml": toml("a/b", `[metadata]\ninclude-files = ["x/"]\n`),
      "ts/src/buildpack.ts": "",
      "ts/x": "-> OUT/",
    },
  ],
  [
    "the dependencies directory of a buildpack",
    { ...naming("ts"), "ts/buildpack.toml": toml("a/b"), "ts/src/buildpack.ts": "", "ts/dependencies": "-> OUT/" },
  ],
];

function below(folder: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
}

describe("an app cannot use a symbolic link or an entry point to files outside of the app's directory as", () => {
  test.each(links)("%s", async (_, files) => {
    const replaced = Object.keys(files).filter((name, index, all) => all.indexOf(name) !== index);
    expect(replaced).toEqual([]);
    await refused(files);
  });

  test("each blob of an OCI layout", async () => {
    const layout = join(app, "layout");
    await cp(join(dir, "outside/layout"), layout, { recursive: true });
    for (const name of await readdir(join(layout, "blobs/sha256"))) {
      await rm(join(layout, "blobs/sha256", name));
      await symlink(join(dir, "outside/layout/blobs/sha256", name), join(layout, "blobs/sha256", name));
    }
    await refused(naming("oci:layout"));
    await refused(composite("../layout"));
  });
});

describe("an app cannot name a workspace buildpack outside of the app's directory", () => {
  test("that is in a directory next to the app", async () => {
    const files = { ...naming("."), "buildpack.toml": toml("app/all", order("out/bp")) };
    const dependencies = `[buildpack]\nuri = "."\n[[dependencies]]\nuri = "libcnb:out/bp"\n`;
    await write(dir, below("near", prebuilt("out/bp")));
    await expect(added({ ...files, "package.toml": dependencies })).rejects.toMatchObject({
      code: "BUILDPACK_DEPENDENCY_UNKNOWN",
    });
    await expectNothing();
  });

  test.each(["../outside/*", "../*/bp", "x/../../outside/bp", "x"])(
    "that is in npm workspaces with the pattern %j, where x is a symbolic link out of the app",
    async (pattern) => {
      const files = { ...composite("libcnb:out/bp"), "package.json": JSON.stringify({ workspaces: [pattern] }) };
      await expect(added({ ...files, x: "-> OUT/bp" })).rejects.toMatchObject({ code: "BUILDPACK_DEPENDENCY_UNKNOWN" });
      await expectNothing();
    },
  );

  test("that is in the npm workspaces of a parent directory", async () => {
    await write(dir, { "package.json": `{"workspaces":["outside/*"]}` });
    await expect(added(composite("libcnb:out/bp"))).rejects.toMatchObject({ code: "BUILDPACK_DEPENDENCY_UNKNOWN" });
    await expectNothing();
  });
});

describe("an app can use", () => {
  const inside = below("bp", prebuilt("out/bp"));

  test.each([
    ["a directory in the app", { ...naming("bp"), ...inside }],
    ["a member of a composite buildpack", { ...composite("../bp"), ...inside }],
    ["a member of a nested composite buildpack", { ...nested("../bp"), ...inside }],
    ["a symbolic link within the app", { ...naming("link"), ...inside, link: "-> bp" }],
    ["a workspace buildpack", { ...composite("libcnb:out/bp"), ...inside }],
  ] as const)("%s as a buildpack", async (_, files) => {
    const { modules } = await added(files);
    expect(modules.map(({ id }) => id)).toContain("out/bp");
    await expect(expectNothing()).rejects.toThrow();
  });

  test("an archive as a member of a composite buildpack", async () => {
    await mkdir(app);
    await cp(join(dir, "outside/bp.tgz"), join(app, "bp.tgz"));
    const { modules } = await added(composite("../bp.tgz"));
    expect(modules.map(({ id }) => id).sort()).toEqual(["app/all", "out/bp"]);
  });

  test("an OCI layout in the app as a buildpack", async () => {
    await cp(join(dir, "outside/layout"), join(app, "layout"), { recursive: true });
    const { modules } = await added(naming("oci:layout"));
    expect(modules.map(({ id }) => id)).toEqual(["out/bp"]);
    expect(await readFile(join(app, "project.toml"), "utf8")).toContain("layout");
  });
});

test("a project descriptor given on the command line may refer to any path", async () => {
  await write(app, naming("../outside/bp"));
  const descriptor = await readDescriptor(app, join(app, "project.toml"));
  const declared = declaredBuildpacks({}, descriptor, "production");
  const { modules } = await addBuildpacks({ declared, builder, settings: context() });
  expect(modules.map(({ id }) => id)).toEqual(["out/bp"]);
});
