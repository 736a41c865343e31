import "@libcnb/packager/testing/vitest";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { type BuiltImage, buildImage, container, type TestBuildSettings } from "@libcnb/packager/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../../support/cnb.ts";
import { officialNodeFromNpm, type ReferenceWorld, referenceWorld } from "../reference/reference-world.ts";

const server = `const http = require("node:http");
http.createServer((request, response) => {
  if (request.url === "/crash") process.exit(3);
  response.end("hello " + process.env.NAME + " " + process.env.NODE_ENV);
}).listen(process.env.PORT, () => console.log("listening"));
`;
const app = { "package.json": `{ "name": "app", "scripts": { "start": "node server.js" } }`, "server.js": server };

let world: ReferenceWorld;
let settings: Pick<TestBuildSettings, "env" | "certificates">;
let image: BuiltImage;

beforeAll(async () => {
  world = await referenceWorld();
  const { platformEnv: env, authority } = await officialNodeFromNpm();
  settings = { env, certificates: authority === undefined ? [] : [authority] };
  image = await buildImage({ app, builder: world.builder, ...settings });
});
afterAll(() => image?.remove());

const folderOf = ({ reference }: BuiltImage): string => dirname(reference.replace("oci:", ""));

describe("an image that a test builds with libcnb/testing", () => {
  test("gives access to its files and configuration", async () => {
    const { processes, buildpacks, buildpackLayers, layers, sbom, labels } = await image.inspect();
    expect(processes).toMatchObject({ web: { default: true, buildpack: "libcnb/node-start" } });
    expect(buildpacks.map(({ id }) => id)).toContain("libcnb/node-engine");
    expect(layers).toContain(buildpackLayers["libcnb/node-engine:node"]);
    expect(sbom["libcnb_node-engine/node/sbom.cdx.json"]).toMatchObject({ bomFormat: "CycloneDX" });
    expect(labels).toHaveProperty("io.buildpacks.lifecycle.metadata");
    expect(image.log).toContain("Exporting");
  });

  test("is rebuilt with identical layers", async () => {
    const again = await image.rebuild();
    await expect(again).toReuseLayers(image);
    const other = await image.rebuild({ app: { ...app, "server.js": `${server}\n// changed` }, cache: "lost" });
    await expect(other).toReuseLayers(image, "libcnb/node-engine:node");
    expect((await other.inspect()).digest).not.toBe((await image.inspect()).digest);
  });

  test("is removed when the test disposes of it, and so is its rebuild", async () => {
    let folder = "";
    {
      await using short = await buildImage({ app, builder: world.builder, ...settings });
      folder = folderOf(await short.rebuild());
      expect(existsSync(folder)).toBe(true);
    }
    expect(existsSync(folder)).toBe(false);
  });

  test("causes an error with the build log if the build fails", async () => {
    const build = buildImage({ app: { "readme.txt": "" }, builder: world.builder });
    await expect(build).rejects.toMatchObject({
      name: "ImageBuildError",
      code: "DETECT_FAILED",
      log: expect.arrayContaining(["Detecting"]),
    });
  });

  test("can be built by buildpacks in the same repository", async () => {
    const base = { build: world.baseBuild, run: world.baseRun };
    await using hello = await buildImage({
      app: { "hello.txt": "hi" },
      buildpacks: [join(root, "templates/minimal")],
      base,
    });
    expect(Object.keys((await hello.inspect()).processes)).toEqual(["hello"]);
    await using said = await container(hello);
    expect([await said.ended, said.logs()]).toEqual([{ exitCode: 0 }, "hi\n"]);
  });
});

describe("an app that a test starts with libcnb/testing", () => {
  test("can be awaited, requested, inspected and stopped", async () => {
    await using running = await container(image, { env: { NAME: "world" } });
    await running.ready({ http: "/" });
    expect(await (await running.fetch("/")).text()).toBe("hello world production");
    await running.ready({ log: /^listening$/m });
    expect(running.logs()).toContain("listening\n");
    // the environment of a process, the files of the app
    const { exitCode, stdout } = await running.exec(["sh", "-c", "node --version; ls"]);
    expect([exitCode, stdout.split("\n").slice(0, 3)]).toEqual([
      0,
      [expect.stringMatching(/^v\d+\./), "package.json", "server.js"],
    ]);
    expect(await running.exec(["sh", "-c", "cat; echo $X >&2; exit 7"], { input: "in", env: { X: "err" } })).toEqual({
      exitCode: 7,
      stdout: "in",
      stderr: "err\n",
    });
    expect((await running.stop()).signal ?? "ended").toMatch(/SIGTERM|ended/);
    await expect(running.fetch("/")).rejects.toThrow("fetch failed");
    await expect(running.exec(["true"])).rejects.toMatchObject({ code: "APP_ENDED" });
  });

  test("causes an error if the app exits before it is ready", async () => {
    await using running = await container(image, { entrypoint: "/bin/sh", args: ["-c", "echo no; exit 3"] });
    await expect(running.ready()).rejects.toMatchObject({
      code: "APP_ENDED",
      message: `The app ended with exit code 3 before port ${running.port} accepted connections`,
      cause: "it printed\nno",
    });
    expect(await running.ended).toEqual({ exitCode: 3 });
  });

  test("causes an error if the app is not ready in time", async () => {
    await using running = await container(image, { entrypoint: "/bin/sleep", args: ["100"] });
    await expect(running.ready({ log: "never", timeoutMs: 100 })).rejects.toMatchObject({
      code: "PORT_UNAVAILABLE",
      message: `The app was not ready after 100 ms: cnb waited until it printed "never"`,
      cause: "it printed nothing",
    });
  });
});
