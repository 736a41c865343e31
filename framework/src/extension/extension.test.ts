import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { dependency } from "../dependency.ts";
import { fail, pass } from "../detect.ts";
import { optional, string, table } from "../spec/schemas/schema.ts";
import { detect, generate } from "../testing/index.ts";
import { dockerfile } from "./dockerfile.ts";
import { defineExtension, type GenerateResult } from "./extension.ts";

const apt = dependency("apt", table({ version: optional(string) }));
const extension = defineExtension({
  async detect({ app, extension: { id } }) {
    return (await app.exists("Aptfile")) ? pass({ provides: [apt] }) : fail(`${id} finds no Aptfile`);
  },
  async generate({ app, log, plan, execEnv, extension: { version, metadata } }) {
    const packages = (await app.readText("Aptfile")).trim().split("\n");
    log.step(`Installing ${packages.join(", ")} with ${version}`);
    return {
      build: dockerfile
        .build()
        .user("root")
        .run(["apt-get", "install", "-y", ...packages]),
      run: dockerfile
        .run()
        .label({ for: execEnv, wanted: plan.first(apt)?.version ?? String(metadata.none) })
        .rebasable(),
      contexts: { run: { "etc/apt.conf": "-> no link", "bin/start": "#!/bin/sh\n" } },
    };
  },
});
const generating = (result: GenerateResult) => defineExtension({ generate: () => result });

describe("detect of an extension", () => {
  test("passes with the names it provides", async () => {
    expect(await detect(extension, { app: { Aptfile: "jq" } })).toMatchObject({
      outcome: "pass",
      plan: [{ provides: ["apt"], requires: [] }],
    });
  });

  test("fails with a reason", async () => {
    expect(await detect(extension, { extension: { id: "acme/apt" } })).toMatchObject({
      outcome: "fail",
      reason: "acme/apt finds no Aptfile",
    });
  });

  test("passes without providing anything if the extension has no detect", async () => {
    expect(await detect(generating({}))).toMatchObject({ outcome: "pass", plan: [{ provides: [], requires: [] }] });
  });

  test("cannot require anything", async () => {
    const requiring = defineExtension({ detect: () => pass({ requires: [apt.require({})] }), generate: () => {} });
    await expect(detect(requiring)).rejects.toMatchObject({
      code: "BUILD_PLAN_INVALID",
      message: "an extension cannot require apt: extensions can only provide dependencies",
    });
  });
});

describe("generate of an extension", () => {
  test("writes Dockerfiles and contexts in the production environment", async () => {
    const outcome = await generate(extension, { app: { Aptfile: "jq\nfd find" }, plan: { apt: [{ version: "2" }] } });
    expect(outcome.output).toMatchInlineSnapshot(`
      {
        "build.Dockerfile": "ARG base_image
      FROM \${base_image}

      USER root
      RUN ["apt-get", "install", "-y", "jq", "fd find"]
      ARG user_id
      ARG group_id
      USER \${user_id}\${group_id:+:\${group_id}}
      ",
        "context.run/bin/start": "#!/bin/sh
      ",
        "context.run/etc/apt.conf": "-> no link",
        "run.Dockerfile": "ARG base_image
      FROM \${base_image}

      LABEL for="production"
      LABEL wanted="2"
      LABEL io.buildpacks.rebasable="true"
      ",
      }
    `);
    expect(outcome.log).toEqual(["Installing jq, fd find with 1.0.0"]);
  });

  test("passes on build arguments and warns about undeclared arguments", async () => {
    const build = dockerfile.build().arg("tools").run("echo $tools");
    const { output, log } = await generate(generating({ build, args: { build: { tools: "jq", other: "x" } } }));
    expect(output["extend-config.toml"]).toBe(
      '[[build.args]]\nname = "tools"\nvalue = "jq"\n\n[[build.args]]\nname = "other"\nvalue = "x"\n',
    );
    expect(log).toEqual(["build.Dockerfile does not declare ARG other, which args.build sets"]);
  });

  test("copies a context from a directory with its file modes", async () => {
    const dir = await mkdtemp(join(tmpdir(), "context-"));
    try {
      await mkdir(join(dir, "bin"));
      await writeFile(join(dir, "bin/x"), "x", { mode: 0o755 });
      const { output } = await generate(generating({ run: "FROM a\n", contexts: { shared: dir } }));
      expect(output).toEqual({ "run.Dockerfile": "FROM a\n", "context/bin/x": { contents: "x", mode: 0o755 } });
    } finally {
      await rm(dir, { recursive: true });
    }
  });

  test("can run tools and download files that the test provides", async () => {
    const asking = defineExtension({
      async generate({ app, download, extension: { dir }, run }) {
        const { stdout } = await run("lsb_release", ["-cs"], { output: "capture" });
        const context = `${dir}/context`;
        await mkdir(context);
        await download("https://example.com/key.asc", { to: `${context}/key.asc` });
        const codename = stdout.trim();
        return { build: dockerfile.build().env({ CODENAME: codename, APP: app.dir }), contexts: { build: context } };
      },
    });
    const { output, commands, downloads } = await generate(asking, {
      commands: { lsb_release: () => ({ stdout: "bookworm\n" }) },
      downloads: { "https://example.com/key.asc": "key" },
    });
    expect(output).toEqual({
      "build.Dockerfile": `ARG base_image\nFROM \${base_image}\n\nENV CODENAME="bookworm"\nENV APP="<app>"\n`,
      "context.build/key.asc": "key",
    });
    expect(commands).toEqual([{ tool: "lsb_release", args: ["-cs"], cwd: "<app>" }]);
    expect(downloads).toEqual([{ url: "https://example.com/key.asc", to: "<buildpack>/context/key.asc" }]);
  });

  test("writes no files for an empty result", async () => {
    expect((await generate(defineExtension({ generate: () => {} }))).output).toEqual({});
  });

  const run = "FROM a\n";
  test.for<[string, GenerateResult, string | undefined, string, string]>([
    [
      "an argument that the lifecycle sets",
      { run, args: { run: { build_id: "1" } } },
      undefined,
      "GENERATE_RESULT_INVALID",
      "args.run sets build_id, which the lifecycle sets itself",
    ],
    [
      "arguments without a Dockerfile",
      { args: { build: { a: "1" } } },
      undefined,
      "GENERATE_RESULT_INVALID",
      "args.build is set, but there is no build.Dockerfile",
    ],
    [
      "a context without a Dockerfile",
      { run, contexts: { build: {} } },
      undefined,
      "GENERATE_RESULT_INVALID",
      "contexts.build is set, but there is no build.Dockerfile",
    ],
    [
      "a shared context together with a context for one image",
      { run, contexts: { shared: {}, run: {} } as never },
      undefined,
      "GENERATE_RESULT_INVALID",
      "contexts sets shared and also run",
    ],
    [
      "contexts under Buildpack API 0.10",
      { run, contexts: { shared: {} } },
      "0.10",
      "GENERATE_RESULT_INVALID",
      "contexts need Buildpack API 0.11",
    ],
    [
      "a file outside of its context",
      { run, contexts: { shared: { "a/../../b": "" } } },
      undefined,
      "GENERATE_RESULT_INVALID",
      'context has a file with the invalid path "a/../../b"',
    ],
    [
      "a context that is not a directory",
      { run, contexts: { shared: "/nowhere" } },
      undefined,
      "GENERATE_RESULT_INVALID",
      'the context "/nowhere" is not a directory',
    ],
    [
      "a Dockerfile that the lifecycle refuses",
      { run: "RUN x\n" },
      undefined,
      "DOCKERFILE_INVALID",
      "run.Dockerfile violates the lifecycle's rules",
    ],
    ["a list as result", [] as never, undefined, "GENERATE_RESULT_INVALID", "generate returned []"],
  ])("refuses %s", async ([, result, api, code, message]) => {
    await expect(generate(generating(result), api === undefined ? {} : { extension: { api } })).rejects.toMatchObject({
      code,
      message,
    });
  });

  test("exits with 254 if the Buildpack API of the extension is not supported", async () => {
    await expect(generate(extension, { extension: { api: "0.9" } })).rejects.toMatchObject({
      code: "API_UNSUPPORTED",
      exitCode: 254,
    });
  });
});
