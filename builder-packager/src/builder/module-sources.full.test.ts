import { execFileSync } from "node:child_process";
import { chmod, link, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tinyImage } from "../../../test/support/tiny/images.ts";
import { writeTinyLifecycle } from "../../../test/support/tiny/lifecycle.ts";
import { packagingWorkspace } from "../buildpackage/testing/packaging-workspace.ts";
import { openLockFile } from "../config/lock-file.ts";
import { writeImage } from "../oci/image-io.ts";
import { openBlobStore } from "../oci/layers/blob-store.ts";
import type { Image } from "../oci/model/image.ts";
import { labelsOf } from "../oci/model/mutate.ts";
import { silentReporter } from "../reporter.ts";
import { readTar } from "../tar/read.ts";
import { type CreateBuilderOptions, createBuilder } from "./create-builder.ts";
import { parseBuilderToml } from "./toml/builder-toml.ts";

/** The same buildpacks in every form that builder.toml can name them in, put together in several ways. */
let dir: string;
let server: Server;
let requests: string[];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "module-sources-"));
  for (const name of ["build", "run"])
    await writeImage(
      await tinyImage(dir, { env: ["CNB_USER_ID=1000", "CNB_GROUP_ID=1000"] }),
      { kind: "oci", dir: join(dir, name) },
      { name: `example.test/${name}:1` },
    );
  await writeTinyLifecycle(join(dir, "lifecycle.tgz"));
  for (const name of ["one", "two"]) await buildpack(name);
  await link(join(dir, "one/bin/build"), join(dir, "one/bin/same"));
  execFileSync("tar", ["-czf", join(dir, "one.tgz"), "-C", join(dir, "one"), "."]);
  execFileSync("tar", ["-cf", join(dir, "one.tar"), "-C", join(dir, "one"), "buildpack.toml", "bin"]);
  execFileSync("tar", [
    "-czf",
    join(dir, "evil.tgz"),
    "-C",
    join(dir, "one"),
    "--transform",
    "s,bin/detect,../../../../x,",
    ".",
  ]);
  execFileSync("tar", ["-czf", join(dir, "empty.tgz"), "-C", join(dir, "one"), "bin"]);
  requests = [];
  server = createServer(async (request, response) => {
    requests.push(request.url ?? "");
    const body = await readFile(join(dir, request.url ?? "")).catch(() => undefined);
    response.writeHead(body ? 200 : 404).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(dir, { recursive: true, force: true });
});

async function buildpack(name: string): Promise<void> {
  await mkdir(join(dir, name, "bin"), { recursive: true });
  const toml = `api = "0.10"\n[buildpack]\nid = "test/${name}"\nversion = "1.0.0"\n`;
  await writeFile(join(dir, name, "buildpack.toml"), toml);
  for (const phase of ["detect", "build"]) {
    await writeFile(join(dir, name, "bin", phase), `#!/bin/sh\n# ${name}\n`);
    await chmod(join(dir, name, "bin", phase), 0o755);
  }
}

const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function create(uris: readonly string[], more: Partial<CreateBuilderOptions> = {}): Promise<Image> {
  const text = `
[build]
image = "oci:build"
[[run.images]]
image = "oci:run"
[lifecycle]
uri = "lifecycle.tgz"
${uris.map((uri) => `[[buildpacks]]\nuri = "${uri.replace("WEB", address())}"\n`).join("")}
[[order]]
group = [{ id = "test/one" }]
`;
  return createBuilder(parseBuilderToml(text, "builder.toml"), {
    dir,
    reporter: silentReporter,
    env: {},
    signal: AbortSignal.timeout(60_000),
    createdBy: "1.2.3",
    store: await openBlobStore(join(dir, "blobs")),
    lifecycleCacheDir: join(dir, "lifecycle"),
    ...more,
  });
}

/** Type, mode, owner, time and name of each entry of the layers whose titles begin so. */
async function layersTitled(image: Image, start: string): Promise<string[][]> {
  const titles = (image.config.history ?? []).map(({ created_by }) => created_by ?? "");
  const layers = image.layers.filter((_, index) => titles[index]?.startsWith(start));
  return Promise.all(
    layers.map(async (layer) =>
      (await readTar(layer.uncompressed())).map((entry) => {
        const target = "target" in entry ? ` = ${entry.target}` : "";
        return `${entry.type} ${entry.mode.toString(8)} ${entry.uid} ${entry.mtime} ${entry.path}${target}`;
      }),
    ),
  );
}

const failure = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "no failure",
    ({ code, message }) => `${code}: ${message.replaceAll(dir, "<dir>").replaceAll(address(), "<web>")}`,
  );

const root = "/cnb/buildpacks/test_one";
const time = 315532801;
const own = [`directory 755 0 ${time} ${root}`, `directory 755 0 ${time} ${root}/1.0.0`];
const files = [
  `directory 755 0 ${time} ${root}/1.0.0/bin`,
  `file 755 0 ${time} ${root}/1.0.0/bin/build`,
  `file 755 0 ${time} ${root}/1.0.0/bin/detect`,
  `hardlink 755 0 ${time} ${root}/1.0.0/bin/same = ${root}/1.0.0/bin/build`,
  `file 644 0 ${time} ${root}/1.0.0/buildpack.toml`,
];

describe("a buildpack", () => {
  test("in a directory keeps its hard links, as with pack", async () => {
    expect(await layersTitled(await create(["one"]), "Buildpack test/one")).toEqual([[...own, ...files]]);
  });

  test.for([
    ["a .tgz archive", "one.tgz"],
    ["a .tar archive", "one.tar"],
    ["an archive at a file URL", "file:///DIR/one.tgz"],
    ["an archive at an HTTP URL", "WEB/one.tgz"],
  ] as const)("has the same files in %s as in a directory", async ([, uri]) => {
    const [layer = []] = await layersTitled(await create([uri.replace("/DIR", dir)]), "Buildpack test/one");
    expect(layer.slice(0, 2)).toEqual(own);
    const withoutLinks = (lines: readonly string[]) => lines.filter((line) => !/same|bin\/build/.test(line)).sort();
    expect(withoutLinks(layer.slice(2))).toEqual(withoutLinks(files));
    expect(layer.filter((line) => /^hardlink/.test(line))).toHaveLength(1);
  });

  test("from a URL is downloaded once if a lock file pins it", async () => {
    const file = join(dir, "web.lock");
    const digests: string[] = [];
    for (const _ of [1, 2]) {
      requests = [];
      const lock = await openLockFile(file, { command: "cnb builder create" });
      const image = await create(["WEB/one.tgz"], { lock: lock.target("linux/amd64") });
      digests.push(
        String(await lock.finish()),
        image.layers.map(({ digest }) => digest).join(),
        String(requests.length),
      );
    }
    expect(digests).toEqual(["true", digests[1], "1", "false", digests[1], "0"]);
  });

  test.for<[string, string, string]>([
    [
      "an archive with a path that leads out of the buildpack",
      "evil.tgz",
      'ARCHIVE_UNSAFE: evil.tgz contains a path that leads out of the archive: "./../../../../x"',
    ],
    [
      "an archive without buildpack.toml at the top level",
      "empty.tgz",
      "IMAGE_INVALID: oci-archive:<dir>/empty.tgz is incomplete: the archive does not contain index.json",
    ],
    ["an archive that cannot be downloaded", "WEB/absent.tgz", "DOWNLOAD_FAILED: could not download <web>/absent.tgz"],
  ])("in %s is refused", async ([, uri, message]) => {
    expect(await failure(create([uri]))).toBe(message);
  });
});

describe("flattened buildpacks", () => {
  const both = ["two", "one"];
  const group = ["test/one@1.0.0", "test/two@1.0.0"];

  test("share one layer in the order of builder.toml, before the layers of all other buildpacks", async () => {
    await buildpack("a-first");
    const image = await create([...both, "a-first"], { flatten: [group] });
    const titles = (image.config.history ?? []).map(({ created_by }) => created_by);
    expect(titles.filter((title) => title?.startsWith("Buildpack"))).toEqual([
      "Buildpacks test/one@1.0.0, test/two@1.0.0",
      "Buildpack test/a-first@1.0.0",
    ]);
    const [layer = []] = await layersTitled(image, "Buildpacks");
    expect(layer.map((line) => line.split("/cnb/buildpacks/")[1]).filter((path) => !path?.includes("bin"))).toEqual([
      "test_two",
      "test_two/1.0.0",
      "test_two/1.0.0/buildpack.toml",
      "test_one",
      "test_one/1.0.0",
      "test_one/1.0.0/buildpack.toml",
    ]);
    const layers = JSON.parse(labelsOf(image)["io.buildpacks.buildpack.layers"] ?? "");
    expect(layers["test/one"]["1.0.0"].layerDiffID).toBe(layers["test/two"]["1.0.0"].layerDiffID);
  });

  test.for<[string, readonly (readonly string[])[], string]>([
    ["an unknown buildpack", [["x/y@1.0.0", "test/one@1.0.0"]], "--flatten: x/y@1.0.0 is not in the builder"],
    ["a buildpack of another group", [group, ["test/one@1.0.0"]], "--flatten: test/one@1.0.0 is in two groups"],
  ])("cannot include %s", async ([, flatten, problem]) => {
    expect(await failure(create(both, { flatten }))).toBe(
      `BUILDER_INVALID: the builder cannot be assembled\n  ${problem}`,
    );
  });

  test("are refused if one of them shares a layer with a buildpack that is not flattened", async () => {
    const flat = await create(both, { flatten: [group] });
    await writeImage(flat, { kind: "oci-archive", file: join(dir, "flat.cnb") });
    expect(await failure(create(["flat.cnb"], { flatten: [["test/one@1.0.0"]] }))).toBe(
      "BUILDER_INVALID: the builder cannot be assembled\n  --flatten: test/one@1.0.0 shares a layer with test/two@1.0.0, so the group must contain both",
    );
  });
});

test("directories of TypeScript buildpacks share one program in one layer, and a shell buildpack has its own layer", async () => {
  const workspace = await packagingWorkspace();
  try {
    const source = `import { defineBuildpack } from "libcnb";\nexport default defineBuildpack({ build() {} });\n`;
    const folders = ["first", "second"].map((name) =>
      workspace.project(name, {
        "buildpack.toml": `api = "0.10"\n[buildpack]\nid = "ts/${name}"\nversion = "1.0.0"\ndescription = "${name}"\n`,
        "src/buildpack.ts": source,
      }),
    );
    const lock = await openLockFile(join(dir, "ts.lock"), { command: "cnb builder create" });
    const image = await create([...(await Promise.all(folders)).reverse(), "one"], {
      env: process.env,
      lock: lock.target("linux/amd64"),
    });
    const titles = (image.config.history ?? []).map(({ created_by }) => created_by);
    expect(titles.filter((title) => title?.startsWith("Buildpack"))).toEqual([
      "Buildpack test/one@1.0.0",
      "Buildpacks ts/first@1.0.0, ts/second@1.0.0",
    ]);
    const [layer = []] = await layersTitled(image, "Buildpacks");
    expect(layer.filter((line) => line.includes("/bin/engine")).map((line) => line.replace(/ 755 0 \d+/, ""))).toEqual([
      "file /cnb/buildpacks/ts_first/1.0.0/bin/engine",
      "hardlink /cnb/buildpacks/ts_second/1.0.0/bin/engine = /cnb/buildpacks/ts_first/1.0.0/bin/engine",
    ]);
    const { buildpacks } = JSON.parse(labelsOf(image)["io.buildpacks.builder.metadata"] ?? "");
    expect(buildpacks.map(({ id, description = "" }: Record<string, string>) => `${id} ${description}`)).toEqual([
      "ts/second second",
      "ts/first first",
      "test/one ",
    ]);
    await lock.finish();
    expect((await readFile(join(dir, "ts.lock"), "utf8")).includes("buildpacks")).toBe(false);
  } finally {
    await workspace.remove();
  }
});
