// @needs processes
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PackagingWorkspace, packagingWorkspace } from "../testing/packaging-workspace.ts";
import { type Location, parseLocation } from "./location.ts";

let workspace: PackagingWorkspace;
let server: Server;
let host: string;
const descriptor = (id: string, rest = "") => `api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "1.0.0"\n${rest}`;
const script = { "bin/detect": "#!/bin/sh\n", "bin/build": "#!/bin/sh\n" };

beforeAll(async () => {
  workspace = await packagingWorkspace();
  await workspace.folder("part", { ...script, "buildpack.toml": descriptor("me/part") });
  await workspace.packaged(join(workspace.dir, "part"), ["part.cnb", "oci:part-layout", "docker-archive:part.tar"]);
  execFileSync("tar", ["-czf", join(workspace.dir, "part.tgz"), "-C", join(workspace.dir, "part"), "."]);
  execFileSync("gzip", ["-k", "part.cnb"], { cwd: workspace.dir });
  server = createServer(async (request, response) => {
    const body = await readFile(join(workspace.dir, request.url?.split("?")[0] ?? "")).catch(() => undefined);
    response.writeHead(body ? 200 : 404).end(body);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await workspace.remove();
});

const composite = (uri: string) => ({
  "buildpack.toml": descriptor("me/all", `[[order]]\n[[order.group]]\nid = "me/part"\nversion = "1.0.0"\n`),
  "package.toml": `[buildpack]\nuri = "."\n[[dependencies]]\n${uri}\n`,
});

test("a member of a composite has the same layer, whichever supported location it comes from", async () => {
  const file = (name: string) => pathToFileURL(join(workspace.dir, name)).href;
  const uris = [
    "../part",
    "../part.cnb",
    "../part.tgz",
    "../part-layout",
    "../part.cnb.gz",
    "../part.tar",
    join(workspace.dir, "part"),
    file("part"),
    file("part.cnb"),
    `${host}/part.cnb`,
    `${host}/part.tgz?x=1`,
    "oci:../part-layout",
    "oci-archive:../part.cnb",
    "docker-archive:../part.tar",
    "libcnb:me/part",
  ];
  const layers = [];
  for (const [index, uri] of uris.entries()) {
    const dir = await workspace.folder(`composite-${index}`, composite(`uri = "${uri}"`));
    await workspace.packaged(dir, [`oci:out-${index}`]);
    const { layers: made, modules } = await workspace.read(`oci:out-${index}`);
    layers.push({ uri, modules, lines: made.flat().length, part: made[1] });
  }
  const part = ["", "/1.0.0", "/1.0.0/bin", "/1.0.0/bin/build", "/1.0.0/bin/detect", "/1.0.0/buildpack.toml"];
  const isFolder = (path: string) => /(^|0|bin)$/.test(path);
  const lines = part.map(
    (path) =>
      `${isFolder(path) || path.includes("bin/") ? 755 : 644} ${isFolder(path) ? "directory" : "file"} /cnb/buildpacks/me_part${path}`,
  );
  const modules = ["me/all@1.0.0", "me/part@1.0.0"];
  expect(layers).toEqual(uris.map((uri) => ({ uri, modules, lines: 10, part: lines })));
});

test("a buildpack to package can be an archive or a URL", async () => {
  const digests = [];
  for (const [index, uri] of ["../part", "../part.tgz", `${host}/part.tgz`].entries()) {
    const dir = await workspace.folder(`elsewhere-${index}`, { "package.toml": `[buildpack]\nuri = "${uri}"\n` });
    const { written } = await workspace.packaged(dir, [`elsewhere-${index}.cnb`]);
    digests.push(written[0]?.digest);
  }
  expect(new Set(digests).size).toBe(1);
});

describe("packaging refuses a package.toml with", () => {
  test.for<[string, string, string, string]>([
    [
      "a dependency on a buildpack of a builder",
      'uri = "urn:cnb:builder:me/part"',
      "BUILDPACK_INVALID",
      `DIR/package.toml has 1 problem
  DIR/package.toml:4:1: dependencies[0].uri: refers to a buildpack of a builder, but no builder is used for packaging; use the image, .cnb file or directory of the buildpack`,
    ],
    [
      "a URN of a buildpack registry",
      'uri = "urn:cnb:registry:me/part@1.0.0"',
      "BUILDPACK_INVALID",
      `DIR/package.toml has 1 problem
  DIR/package.toml:4:1: dependencies[0].uri: refers to a buildpack registry, which cnb does not query; use the image that the registry lists: docker://REGISTRY/REPOSITORY@DIGEST`,
    ],
    [
      "a URL with the scheme ftp",
      'uri = "ftp://x/y.cnb"',
      "BUILDPACK_INVALID",
      `DIR/package.toml has 1 problem
  DIR/package.toml:4:1: dependencies[0].uri: has the unsupported scheme ftp; use file://, http://, https:// or docker://`,
    ],
    [
      "both uri and image for a dependency",
      'uri = "x"\nimage = "y"',
      "BUILDPACK_INVALID",
      `DIR/package.toml has 1 problem
  DIR/package.toml:3:3: dependencies[0]: expected either uri or image`,
    ],
    [
      "the platform windows",
      'uri = "../part"\n[platform]\nos = "windows"',
      "BUILDPACK_INVALID",
      `DIR/package.toml has 1 problem
  DIR/package.toml:6:1: platform.os: "windows" is not supported, only "linux"`,
    ],
    [
      "a misspelt key of a target",
      'uri = "../part"\n[[targets]]\nos = "linux"\narhc = "amd64"',
      "BUILDPACK_INVALID",
      `DIR/package.toml has 2 problems
  DIR/package.toml:5:3: targets[0].arch: is missing
  DIR/package.toml:7:1: targets[0].arhc: unknown key; the known keys are os, arch, variant, distros`,
    ],
    [
      "the name of a buildpack in a buildpack registry",
      'uri = "me/part@1.0.0"',
      "BUILDPACK_DEPENDENCY_UNKNOWN",
      "DIR/me/part@1.0.0 does not exist, and cnb does not look up me/part@1.0.0 in a buildpack registry, unlike pack",
    ],
    ["the path of a missing file", 'uri = "./gone.cnb"', "BUILDPACK_DEPENDENCY_UNKNOWN", "DIR/gone.cnb does not exist"],
    [
      "a file URL with a host",
      'uri = "file://elsewhere/x"',
      "BUILDPACK_DEPENDENCY_UNKNOWN",
      '"file://elsewhere/x" is not the URL of a file on this machine',
    ],
    [
      "the path of a directory without buildpack.toml",
      'uri = "../empty"',
      "BUILDPACK_NOT_FOUND",
      "there is no buildpack.toml in ROOT/empty",
    ],
    [
      "the path of a file that is not an archive",
      'uri = "../noise.cnb"',
      "TAR_INVALID",
      "ROOT/noise.cnb: the archive does not begin with a tar header",
    ],
    [
      "the URL of a file that is not an archive",
      'uri = "HOST/noise.cnb?t=s3cret"',
      "TAR_INVALID",
      "HOST/noise.cnb: the archive does not begin with a tar header",
    ],
    ["the URL of a missing file", 'uri = "HOST/gone.cnb"', "DOWNLOAD_FAILED", "could not download HOST/gone.cnb"],
  ])("%s", async ([, uri, code, message]) => {
    await workspace.folder("empty", { x: "" });
    await workspace.folder("", { "noise.cnb": Buffer.alloc(4096, "noise") });
    const dir = await workspace.folder(
      `refused/${uri.replaceAll(/\W+/g, "-")}`,
      composite(uri.replace("HOST", host).replace("../", "../../")),
    );
    const error = await workspace.packaged(dir, ["oci:never"]).then(
      () => undefined,
      (reason: Error & { code: string }) => reason,
    );
    const reported = error?.message.replaceAll(dir, "DIR").replaceAll(workspace.dir, "ROOT").replaceAll(host, "HOST");
    expect([error?.code, reported]).toEqual([code, message]);
  });
});

describe("an image name in package.toml", () => {
  const registry = (registry: string, repository: string, more = {}): Location => ({
    kind: "image",
    reference: { kind: "registry", registry, repository, ...more },
  });
  test.for<[string, Location]>([
    ["docker://example.com/a/b:1", registry("example.com", "a/b", { tag: "1" })],
    ["docker:/a/b", registry("docker.io", "a/b")],
    ["example.com/a", registry("example.com", "a")],
    ["localhost/a", registry("localhost", "a")],
    ["a/b:1", registry("docker.io", "a/b", { tag: "1" })],
    ["a/b/c", registry("docker.io", "a/b/c")],
    ["docker-daemon:a:1", { kind: "image", reference: { kind: "docker-daemon", name: "a:1" } }],
    ["oci-archive:x.tar", { kind: "image", reference: { kind: "oci-archive", file: "/nowhere/x.tar" } }],
  ])("such as %j is parsed into its transport, location and tag", async ([text, expected]) =>
    expect(await parseLocation(text, "/nowhere")).toEqual(expected),
  );
});
