// @needs docker-registry
import { chmod, readdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { cnb, execute, type Outcome } from "../../support/cnb.ts";
import { listen } from "../../support/registry/listen.ts";
import { type Registry, startRegistry } from "../../support/service.ts";
import { templateWorkspace } from "../../support/template-workspace.ts";
import { saidIn, shellScript, type TinyWorld, tinyWorld } from "../../support/tiny/world.ts";

/** Flags of `cnb build` as users type them, and what comes of them. */
let world: TinyWorld;
let registry: Registry;

/** Says what it sees, and makes a layer of each kind with a bill of materials. */
const look = `
echo "env: $SETTING $CNB_EXEC_ENV"
if test -e /platform/bindings; then echo "bindings: $(ls /platform/bindings) $(cat /platform/bindings/db/type)"; fi
if test -e /opt/seen; then echo "volume: $(cat /opt/seen)"; echo written > /opt/store/new; fi
if test -e /srv/given; then echo "given: $(cat /srv/given /srv/given/file 2>/dev/null)"; fi
if test -e kept; then echo "restored: $(cat kept/file)"; else mkdir kept; echo content > kept/file; fi
printf '[types]\\nlaunch = true\\ncache = true\\n' > kept.toml
printf '{"bomFormat":"CycloneDX"}' > launch.sbom.cdx.json
printf '{"bomFormat":"CycloneDX","version":2}' > build.sbom.cdx.json
`;
const formats = 'sbom-formats = ["application/vnd.cyclonedx+json"]\n';

beforeAll(async () => {
  world = await tinyWorld([shellScript("test/look", look, formats)]);
  registry = await startRegistry();
  await world.write("app", { "app.txt": "app" });
});
afterAll(async () => {
  await registry?.stop();
  await world?.remove();
});

const succeeded = (outcome: Outcome): Outcome => {
  expect({ exitCode: outcome.exitCode, stderr: outcome.exitCode === 0 ? "" : outcome.stderr }).toEqual({
    exitCode: 0,
    stderr: "",
  });
  return outcome;
};

test("--binding, --volume, --env-from and --exec-env take effect in buildpacks", async () => {
  await world.write("services", { "db/type": "postgresql", "db/password": "p" });
  await world.write("inputs", {
    seen: "seen\n",
    "build.env": "# of the build\nSETTING=of the file\n",
    "store/old": "",
  });
  await chmod(world.location("inputs/store"), 0o777);
  const outcome = await world.build(`oci:${world.location("out/seen")}`, [
    "--binding",
    "services",
    "--volume",
    "./inputs/seen:/opt/seen",
    "--volume",
    "./inputs/store:/opt/store:rw",
    "--env-from",
    "inputs/build.env",
    "--exec-env",
    "test",
  ]);
  expect(saidIn(succeeded(outcome))).toEqual(["env: of the file test", "bindings: db postgresql", "volume: seen"]);
  expect(await readFile(world.location("inputs/store/new"), "utf8")).toBe("written\n");
  const { config } = oci.imageFor(await oci.read(parseImageReference(`oci:${world.location("out/seen")}`)));
  expect(config.config?.Labels).toMatchObject({ "io.buildpacks.exec-env": "test" });
});

test("the volumes of a build with --volume are not visible to concurrent or later builds", async () => {
  await world.write("volumes", { file: "of the file", "folder/file": "of the folder" });
  const said = async (...volumes: string[]) => {
    const flags = volumes.flatMap((volume) => ["--volume", volume]);
    return saidIn(succeeded(await world.build(`oci:${world.location("out/volumes")}`, flags))).slice(1);
  };
  expect(await said("./volumes/file:/srv/given")).toEqual(["given: of the file"]);
  expect((await said()).filter((line) => !line.startsWith("restored"))).toEqual([]);
  expect(await said("./volumes/folder:/srv/given")).toContain("given: of the folder");
  expect(await said("./volumes/file:/srv/given/file")).toContain("given: of the file");
});

describe("--output-file", () => {
  const digestIn = (outcome: Outcome): string => succeeded(outcome).stdout.trim();

  test("writes name, digest and reference of an image in a registry as dotenv variables", async () => {
    const name = `${registry.host}/shop:1.2`;
    const digest = digestIn(await world.build(name, ["--output-file", "build.env"]));
    expect(await readFile(world.location("build.env"), "utf8")).toBe(
      `IMAGE_URL=${name}\nIMAGE_DIGEST=${digest}\nIMAGE_REFERENCE=${registry.host}/shop@${digest}\n`,
    );
  });

  test("in the app's directory does not change the next image", async () => {
    const flags = ["--output-file", "app/image.json", "--report", "app/report.toml"];
    const output = `oci:${world.location("out/own-files")}`;
    const first = digestIn(await world.build(output, flags));
    expect(JSON.parse(await readFile(world.location("app/image.json"), "utf8"))).toMatchObject({
      image: output,
      tags: [],
      digest: first,
      buildpacks: [{ id: "test/look", version: "1.0.0" }],
    });
    const second = await world.build(output, flags);
    expect(second.stderr).toContain("ignoring image.json of the application: cnb creates this file itself");
    expect(second.stderr).toContain("ignoring report.toml of the application: cnb creates this file itself");
    expect(digestIn(second)).toBe(first);
  });

  test("refuses an image name with newlines in the dotenv format, and writes only the expected files in the Tekton format", async () => {
    const output = `oci:${world.location("out/hostile\nIMAGE_DIGEST=evil\ndigest<<EOF\nevil\nEOF")}`;
    const refused = await world.build(output, ["--output-file", "hostile.env"]);
    expect(refused).toMatchObject({ exitCode: 3, stdout: "" });
    expect(refused.stderr).toContain("--output-format dotenv cannot contain IMAGE_URL");
    const flags = ["--output-file", "results", "--output-format", "tekton"];
    const digest = digestIn(await world.build(output, flags));
    expect((await readdir(world.location("results"))).toSorted()).toEqual(["IMAGE_DIGEST", "IMAGE_URL"]);
    expect(await readFile(world.location("results/IMAGE_DIGEST"), "utf8")).toBe(digest);
  });
});

test("--report and --sbom-output-dir write the report and SBOMs of the image", async () => {
  const output = `oci:${world.location("out/told")}`;
  const flags = ["--report", "told/report.toml", "--sbom-output-dir", "told/boms"];
  const { stdout } = succeeded(await world.build(output, flags));
  const digest = stdout.trim();
  const manifest = await readFile(world.location(`out/told/blobs/${digest.replace(":", "/")}`));
  expect(await readFile(world.location("told/report.toml"), "utf8")).toBe(
    `[image]\n  tags = ["${output}"]\n  digest = "${digest}"\n  manifest-size = ${manifest.length}\n`,
  );
  const bom = (kind: string) => readFile(world.location(`told/boms/sbom/${kind}/test_look/sbom.cdx.json`), "utf8");
  expect([await bom("launch"), await bom("build")]).toEqual([
    '{"bomFormat":"CycloneDX"}',
    '{"bomFormat":"CycloneDX","version":2}',
  ]);
});

const manifestOf = async (name: string) => {
  const accept = "application/vnd.oci.image.manifest.v1+json";
  const url = `http://${registry.host}/v2/${name.replace(":", "/manifests/")}`;
  return (await (await fetch(url, { headers: { accept } })).json()) as { layers: { mediaType: string }[] };
};

test("--compression zstd compresses new layers, and --cache-image restores layers on other machines", async () => {
  const build = (tag: string, flags: readonly string[], cache: string) =>
    world.build(`${registry.host}/app:${tag}`, ["--cache-image", `${registry.host}/cache:1`, ...flags], { cache });
  expect(saidIn(succeeded(await build("gzip", [], "one")))).toEqual(["env:  production"]);
  const next = succeeded(
    await build("zstd", ["--compression", "zstd", "--previous-image", `${registry.host}/app:gzip`], "two"),
  );
  expect(saidIn(next)).toEqual(["env:  production", "restored: content"]);
  const fresh = succeeded(await build("fresh", ["--compression", "zstd", "--clear-cache"], "three"));
  expect(saidIn(fresh)).toEqual(["env:  production"]);
  const kinds = async (tag: string) =>
    (await manifestOf(`app:${tag}`)).layers.map(({ mediaType }) => mediaType.split("+").at(-1));
  expect(await kinds("gzip")).toEqual(Array(6).fill("gzip"));
  expect(await kinds("fresh")).toEqual(["gzip", ...Array(5).fill("zstd")]);
  const diffIds = async (tag: string) =>
    oci.imageFor(await oci.read(parseImageReference(`${registry.host}/app:${tag}`))).layers.map(({ diffId }) => diffId);
  expect(await diffIds("fresh")).toEqual(await diffIds("gzip"));
  expect(await diffIds("zstd")).toEqual(await diffIds("gzip"));
});

test("a build with a --previous-image that does not exist builds all layers, as in the first build of a branch", async () => {
  const previous = `${registry.host}/app:absent`;
  const output = `oci:${world.location("out/first")}`;
  const built = succeeded(await world.build(output, ["--previous-image", previous]));
  expect(built.stderr).toContain(`Previous image: ${previous} does not exist or has no layers to reuse`);
  expect(saidIn(built)).toEqual(["env:  production"]);
});

describe("--buildpack", () => {
  const group = async (buildpack: string, flags: readonly string[] = [], env = {}) => {
    const outcome = await world.build(`oci:${world.location("out/group")}`, ["--buildpack", buildpack, ...flags], {
      env,
    });
    return saidIn(succeeded(outcome));
  };

  test("accepts a directory, an archive URL, a package file and a registry image", async () => {
    const part = await world.write("part", shellScript("own/part", "echo part").files);
    await execute("tar", ["-czf", world.location("part.tgz"), "-C", part, "."]);
    for (const output of [world.location("part.cnb"), `${registry.host}/part:1`])
      succeeded(await cnb(["buildpack", "package", part, "--output", output]));
    const archive = await readFile(world.location("part.tgz"));
    await using server = await serving(archive);
    const locations = [
      "part",
      `${server.url}/part.tgz`,
      "part.cnb",
      `${registry.host}/part:1`,
      `docker://${registry.host}/part:1`,
    ];
    for (const buildpack of locations) expect([buildpack, await group(buildpack)]).toEqual([buildpack, ["part"]]);
  });

  test("compiles a directory with a TypeScript buildpack", async () => {
    await templateWorkspace(world.location("workspace"), 1);
    await world.write("app", { "test-template-0.txt": "from TypeScript\n" });
    // what cnb compiled before need not be compiled again
    const env = { LIBCNB_CACHE_DIR: cacheDir(process.env) };
    expect(await group("workspace/test-template-0", [], env)).toEqual(['The app will say "from TypeScript"']);
    const { config } = oci.imageFor(await oci.read(parseImageReference(`oci:${world.location("out/group")}`)));
    const { processes } = JSON.parse(config.config?.Labels?.["io.buildpacks.build.metadata"] ?? "{}");
    expect(processes).toMatchObject([{ type: "hello", command: ["echo", "from TypeScript"] }]);
  });
});

/** Serves one file under every address. */
async function serving(bytes: Uint8Array): Promise<AsyncDisposable & { readonly url: string }> {
  const { host, stop } = await listen(createServer((_, response) => response.end(bytes)));
  return { url: `http://${host}`, [Symbol.asyncDispose]: stop };
}
