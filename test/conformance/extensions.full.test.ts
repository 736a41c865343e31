import { checkDockerfile, defineExtension, dockerfile, type Extension, type GenerateResult } from "libcnb";
import { formatExtendConfigToml, parseExtensionToml, parseToml } from "libcnb/spec";
import { detect, generate } from "libcnb/testing";
import { afterAll, beforeAll, expect } from "vitest";
import type { Tree } from "../../framework/src/host/files/tree.ts";
import { expectEach } from "../support/conformance/case-table.ts";
import type { Written } from "../support/conformance/framework-executable.ts";
import { row } from "../support/conformance/rows.ts";
import { type LifecycleRunner, lifecycleRunner, type RunMember } from "../support/lifecycle/lifecycle-run.ts";
import { type DockerfileJudge, officialDockerfileJudge } from "../support/lifecycle/official-dockerfile.ts";
import { type OfficialReader, officialReader } from "../support/lifecycle/official-reader.ts";

let lifecycle: LifecycleRunner;
let judge: DockerfileJudge;
let reader: OfficialReader;

beforeAll(async () => {
  [lifecycle, judge, reader] = await Promise.all([lifecycleRunner(), officialDockerfileJudge(), officialReader()]);
});
afterAll(() => Promise.all([lifecycle?.remove(), judge?.remove(), reader?.remove()]));

const wants: RunMember = {
  files: {
    "bin/detect": `#!/bin/sh\nprintf '[[requires]]\\nname = "x"\\nmetadata = { n = 1 }\\n' > "$CNB_BUILD_PLAN_PATH"\n`,
  },
};
const analyzed = `[run-image]\nreference = "example.com/run@sha256:0"\nimage = "example.com/run:1"\n[run-image.target]\nos = "linux"\narch = "arm64"\narch-variant = "v8"\n[run-image.target.distro]\nname = "debian"\nversion = "13"\n`;

/** The output of one extension next to a buildpack that requires x. */
async function generated(extension: RunMember, env: Readonly<Record<string, string>> = {}) {
  const given = { buildpacks: { "acme/app": wants }, extensions: { "acme/apt": extension }, analyzed, env };
  const { exitCode, output, reported, layers } = await lifecycle.build(given);
  const below = "generated/acme_apt/";
  const files = Object.entries(layers).filter(([path]) => path.startsWith(below) && !path.endsWith("/"));
  return {
    exitCode,
    output: exitCode === 0 ? "" : output,
    reported: reported.acme_apt,
    files: Object.fromEntries(files.map(([path, text]) => [path.slice(below.length), text])) as Tree,
    runImage: (parseToml(String(layers["analyzed.toml"]), "analyzed.toml") as { "run-image": object })["run-image"],
  };
}

const base = ["ARG base_image", ["FROM $", "{base_image}"].join(""), ""].join("\n");
const resetUser = [
  "ARG user_id",
  "ARG group_id",
  ["USER $", "{user_id}$", "{group_id:+:$", "{group_id}}"].join(""),
].join("\n");

row(
  84,
  "extension.toml describes an extension as buildpack.toml describes a buildpack, but has neither an order nor SBOM formats",
  ["lifecycle", "framework"],
  async () => {
    const text = `api = "0.12"
[extension]
id = "acme/apt"
version = "1.2.3"
name = "Apt"
homepage = "https://example.com"
description = "Installs packages"
keywords = ["apt"]
clear-env = true
exec-env = ["test"]
sbom-formats = ["application/spdx+json"]
[[extension.licenses]]
type = "MIT"
[[targets]]
os = "linux"
arch = "arm64"
[metadata]
default = "curl"
`;
    const known = {
      id: "acme/apt",
      version: "1.2.3",
      name: "Apt",
      homepage: "https://example.com",
      clearEnv: true,
      execEnv: ["test"],
    };
    const targets = [{ os: "linux", arch: "arm64" }];
    expect(parseExtensionToml(text, "extension.toml")).toEqual({
      api: "0.12",
      extension: { ...known, description: "Installs packages", keywords: ["apt"], licenses: [{ type: "MIT" }] },
      targets,
      metadata: { default: "curl" },
    });
    const [full, least] = await reader.ask([
      { kind: "extension", text },
      { kind: "extension", text: `api = "0.10"\n[extension]\nid = "a"\nversion = "1.0.0"\n` },
    ]);
    expect(full).toMatchObject({ error: "", value: { api: "0.12", ...known, targets } });
    expect(least).toMatchObject({ error: "", value: { api: "0.10", id: "a", targets: [{ os: "", arch: "" }] } });
    await expectEach<string, string>(
      {
        "the table of a buildpack is refused": [`[buildpack]\nid = "a"\nversion = "1.0.0"`, "extension: is missing"],
        "an order is refused": [
          `order = [{ group = [] }]\n[extension]\nid = "a"\nversion = "1.0.0"`,
          "order: an extension has no order; a builder orders extensions in [[order-extensions]]",
        ],
        "an invalid id and an invalid version are refused": [
          `[extension]\nid = "a_b"\nversion = "1"`,
          `extension.id: expected a buildpack id (letters, digits, ., / and -), got "a_b"; extension.version: expected a version X.Y.Z, got "1"`,
        ],
        "a reserved id is refused": [
          `[extension]\nid = "generated"\nversion = "1.0.0"`,
          `extension.id: "generated" is reserved by the specification`,
        ],
      },
      (lines) => {
        try {
          return JSON.stringify(parseExtensionToml(`api = "0.10"\n${lines}\n`, "extension.toml"));
        } catch (error) {
          return String((error as Error).cause);
        }
      },
    );
  },
);

const providing: Written = ({ defineExtension, dependency, dockerfile, pass }) =>
  defineExtension({
    detect: () => pass({ provides: [dependency("x")] }),
    generate: () => ({ run: dockerfile.run({ from: "example.com/other:2" }) }),
  });

row(
  85,
  "An extension can consist of files; `detect/plan.toml` replaces the program for detect, and `generate/` replaces the program for generate; detect is optional",
  ["lifecycle", "test kit"],
  async () => {
    const plan = { "detect/plan.toml": `[[provides]]\nname = "x"\n` };
    const output = { "generate/run.Dockerfile": "FROM example.com/other:2\n" };
    const other = { reference: "example.com/other:2", image: "example.com/other:2" };
    const same = { reference: "example.com/run@sha256:0", image: "example.com/run:1" };
    await expectEach<RunMember, unknown>(
      {
        "an extension can have programs of the framework for detect and generate": [{ written: providing }, other],
        "an extension can have files in place of both programs": [{ files: { ...plan, ...output } }, other],
        "an extension with a program only for generate can have detect/plan.toml": [
          {
            files: {
              ...plan,
              "bin/generate": "#!/bin/sh\necho FROM example.com/other:2 > $CNB_OUTPUT_DIR/run.Dockerfile\n",
            },
          },
          other,
        ],
        "an extension without generate output leaves the run image unchanged": [{ files: plan }, same],
      },
      async (extension) => {
        const { exitCode, output, runImage } = await generated(extension);
        const { reference, image } = runImage as typeof same;
        return exitCode === 0 ? { reference, image } : output;
      },
    );
    const always = defineExtension({ generate: () => ({}) });
    expect(await detect(always)).toMatchObject({ outcome: "pass", plan: [{ provides: [], requires: [] }] });
    const withoutDetect: Written = ({ defineExtension }) => defineExtension({ generate() {} });
    const { exitCode } = await lifecycle.detect({
      buildpacks: { "acme/app": {} },
      extensions: { "acme/apt": { written: withoutDetect } },
    });
    expect(exitCode).toBe(0);
  },
);

row(
  86,
  "Detect and generate of an extension receive its directory, the platform directory, the target and the plan; generate writes into a separate directory, and its environment is always `production`",
  ["lifecycle", "framework"],
  async () => {
    const written: Written = ({ defineExtension, dependency, dockerfile, pass, s }, report) => {
      const x = dependency("x", s.table({ n: s.optional(s.integer) }));
      const common = (context: Parameters<NonNullable<Extension["detect"]>>[0]) => ({
        id: context.extension.id,
        dir: context.extension.dir,
        app: context.app.dir,
        platform: context.platform.dir,
        user: context.platform.env,
        target: context.target,
        execEnv: context.execEnv,
        buildpack: process.env.CNB_BUILDPACK_DIR ?? "unset",
      });
      return defineExtension({
        detect(context) {
          report(common(context));
          return pass({ provides: [x] });
        },
        generate(context) {
          report({
            ...common(context),
            plan: context.plan.all(x),
            output: process.env.CNB_OUTPUT_DIR,
            arguments: process.argv.length - 2,
          });
          return { build: dockerfile.build() };
        },
      });
    };
    const { exitCode, output, reported, files } = await generated({ written }, { CNB_EXEC_ENV: "test" });
    const dir = "<root>/extensions/acme_apt/1.0.0";
    const common = {
      id: "acme/apt",
      dir,
      app: "<root>/app",
      platform: "<root>/platform",
      user: {},
      buildpack: "unset",
      target: { os: "linux", arch: "arm64", variant: "v8", distro: { name: "debian", version: "13" } },
    };
    expect({ exitCode, output, reported, files }).toEqual({
      exitCode: 0,
      output: "",
      reported: [
        { ...common, execEnv: "test" },
        {
          ...common,
          execEnv: "production",
          plan: [{ n: 1 }],
          output: "<root>/layers/generated/acme_apt",
          arguments: 3,
        },
      ],
      files: { "build.Dockerfile": `${base}\n` },
    });
  },
);

row(
  87,
  "An extension only provides dependencies, meets all requirements for them, and is always optional",
  ["lifecycle", "test kit"],
  async () => {
    const failing: Written = ({ defineExtension, fail }) =>
      defineExtension({ detect: () => fail("not needed"), generate() {} });
    const optional = { buildpacks: { "acme/app": {} }, extensions: { "acme/apt": { written: failing } } };
    const skipped = await lifecycle.detect(optional);
    expect([skipped.exitCode, skipped.group]).toEqual([0, ["acme/app"]]);
    const required = await lifecycle.detect({ ...optional, buildpacks: { "acme/app": wants } });
    expect(required.exitCode).toBe(20);
    // what the extension provides is not in any buildpack's plan, though the buildpack provides it too
    const both: Written = ({ defineBuildpack, dependency, pass }, report) =>
      defineBuildpack({
        detect: () => pass({ provides: [dependency("x")], requires: [dependency("x").require({ n: 1 })] }),
        build: ({ plan }) => report(plan.all(dependency("x"))),
      });
    const plans = [{}, { extensions: { "acme/apt": { written: providing } } }].map(async (extensions) => {
      const { exitCode, reported } = await lifecycle.build({
        buildpacks: { "acme/app": { written: both } },
        analyzed,
        ...extensions,
      });
      return [exitCode, reported.acme_app];
    });
    expect(await Promise.all(plans)).toEqual([
      [0, [[{ n: 1 }]]],
      [0, [[]]],
    ]);
    const requires: Extension = {
      detect: () => ({ outcome: "pass", plan: [{ provides: [], requires: [{ name: "x" }] }] }) as never,
      generate() {},
    };
    await expect(detect(requires)).rejects.toMatchObject({
      code: "BUILD_PLAN_INVALID",
      message: "an extension cannot require x: extensions can only provide dependencies",
    });
  },
);

/** The result for a value: the names of the files, or the error. */
async function inTestKit(result: GenerateResult, api = "0.11"): Promise<unknown> {
  const extension = defineExtension({ generate: () => result });
  return generate(extension, { extension: { api } }).then(
    ({ output }) => Object.keys(output).sort(),
    (error: Error) => error.message,
  );
}

row(
  88,
  "Generate writes Dockerfiles, arguments and build contexts; a context is for one image or for both; the framework refuses output that the lifecycle would refuse",
  ["lifecycle", "framework", "test kit"],
  async () => {
    const written: Written = ({ defineExtension, dependency, dockerfile, pass }) =>
      defineExtension({
        detect: () => pass({ provides: [dependency("x")] }),
        generate: () => ({
          build: dockerfile.build().arg("tools").copy("a.conf", "/etc/"),
          run: dockerfile.run().arg("tools", "none").rebasable(),
          args: { build: { tools: 'a "b"\n$c' }, run: { tools: "" } },
          contexts: { build: { "a.conf": "a" }, run: { "bin/start": "#!/bin/sh\n" } },
        }),
      });
    const outcome = await generated({ api: "0.11", written });
    expect(outcome).toMatchObject({ exitCode: 0, output: "", runImage: { extend: true } });
    expect(outcome.files).toEqual({
      "build.Dockerfile": `${base}\nARG tools\nCOPY a.conf /etc/\n`,
      "run.Dockerfile": `${base}\nARG tools="none"\nLABEL io.buildpacks.rebasable="true"\n`,
      "extend-config.toml": `[[build.args]]\nname = "tools"\nvalue = "a \\"b\\"\\n$c"\n\n[[run.args]]\nname = "tools"\nvalue = ""\n`,
      "context.build/a.conf": "a",
      "context.run/bin/start": "#!/bin/sh\n",
    });
    const [run, build] = [dockerfile.run(), dockerfile.build()];
    const both = { contexts: { shared: {}, run: {} } } as never;
    await expectEach<GenerateResult | readonly [GenerateResult, string], unknown>(
      {
        "an empty result writes no files": [{}, []],
        "a shared context is written": [{ run, contexts: { shared: { a: "" } } }, ["context/a", "run.Dockerfile"]],
        "a shared context together with a context for one image is refused": [
          { run, ...(both as object) },
          "contexts sets shared and also run",
        ],
        "contexts are refused under API 0.10": [
          [{ run, contexts: { shared: { a: "" } } }, "0.10"],
          "contexts need Buildpack API 0.11",
        ],
        "an argument that the lifecycle sets is refused": [
          { build, args: { build: { user_id: "1" } } },
          "args.build sets user_id, which the lifecycle sets itself",
        ],
        "arguments without a Dockerfile are refused": [
          { args: { run: { a: "1" } } },
          "args.run is set, but there is no run.Dockerfile",
        ],
        "a context without a Dockerfile is refused": [
          { contexts: { build: {} } },
          "contexts.build is set, but there is no build.Dockerfile",
        ],
      },
      async (given) => (Array.isArray(given) ? inTestKit(given[0], given[1]) : inTestKit(given as GenerateResult)),
    );
    const names = ["build_id", "user_id", "group_id", "tools"];
    const config = names.map(
      (name) => ({ kind: "config", text: formatExtendConfigToml({ build: { [name]: "1" }, run: {} }) }) as const,
    );
    expect((await judge.ask(config)).map(({ error }) => error === "")).toEqual([false, false, false, true]);
    const ready = {
      "detect/plan.toml": `[[provides]]\nname = "x"\n`,
      "generate/context/": "",
      "generate/context.run/": "",
    };
    await expect(generated({ api: "0.11", files: ready })).rejects.toThrow(
      "image-specific context dir is provided together with a shared context",
    );
  },
);

row(
  89,
  "build.Dockerfile starts with `ARG base_image` and its FROM, run.Dockerfile can name another image; each has one stage",
  ["lifecycle", "framework"],
  async () => {
    const from = ["FROM $", "{base_image}"].join("");
    const cases: readonly (readonly [text: string, build: boolean, run: boolean])[] = [
      [`ARG base_image\n${from}\n`, true, true],
      [`# comment\n\narg base_image\nfrom ${from.slice(5)} AS stage\nRUN x\n`, true, true],
      [`ARG base_image=x\n${from}\n`, true, true],
      ["FROM example.com/run:1\n", false, true],
      ["ARG base_image\nFROM $base_image\n", false, true],
      [`ARG base_image\nARG other\n${from}\n`, false, true],
      [`ARG other\n${from}\n`, false, true],
      [`${from}\n`, false, true],
      [`ARG base_image\n${from}\nFROM other\n`, false, false],
      [`ARG base_image\n${from} AS a\n${from} AS b\n`, false, false],
      [`ARG base_image\n${from}\nNOPE x\n`, false, false],
      [`RUN x\nARG base_image\n${from}\n`, false, false],
      ["ARG base_image\n", false, false],
      ["", false, false],
    ];
    const kinds = ["build", "run"] as const;
    const answers = await judge.ask(cases.flatMap(([text]) => kinds.map((kind) => ({ kind, text }))));
    const accepts = (text: string, kind: "build" | "run") =>
      checkDockerfile(text, kind).every(({ severity }) => severity !== "error");
    const outcomes = cases.map(([text], index) => ({
      text,
      ours: kinds.map((kind) => accepts(text, kind)),
      theirs: [answers[2 * index], answers[2 * index + 1]].map((answer) => answer?.error === ""),
    }));
    expect(outcomes).toEqual(cases.map(([text, ...expected]) => ({ text, ours: expected, theirs: expected })));
    expect([
      String(dockerfile.build()),
      String(dockerfile.run()),
      String(dockerfile.run({ from: "debian:13" })),
    ]).toEqual([`${base}\n`, `${base}\n`, "FROM debian:13\n"]);
    await expect(inTestKit({ build: "FROM x\n" })).resolves.toBe("build.Dockerfile violates the lifecycle's rules");
  },
);

row(
  90,
  "Dockerfiles consist of ten instructions, end with the image's own user, and declare whether the image can be rebased; other instructions cause a warning",
  ["lifecycle", "framework", "test kit"],
  async () => {
    const file = dockerfile
      .build()
      .arg("tools", "curl")
      .user("root")
      .run("install $tools")
      .shell(["/bin/bash", "-c"])
      .env({ A: "b c" })
      .copy("a", "/b")
      .add("https://example.com/c", "/d")
      .label({ e: "f" })
      .workdir("/g")
      .everyBuild()
      .rebasable();
    expect(String(file)).toBe(`${base}
ARG tools="curl"
USER root
RUN install $tools
SHELL ["/bin/bash", "-c"]
ENV A="b c"
COPY a /b
ADD https://example.com/c /d
LABEL e="f"
WORKDIR "/g"
ARG build_id="0"
RUN echo ${["$", "{build_id}"].join("")}
LABEL io.buildpacks.rebasable="true"
${resetUser}
`);
    const env = { user_id: "1000", group_id: "5" };
    const [answer] = await judge.ask([{ kind: "build", text: String(file), env }]);
    expect([answer?.error, answer?.words?.at(-1)]).toEqual(["", ["USER", "1000:5"]]);
    expect(checkDockerfile(String(file), "build")).toEqual([]);
    const others = [
      "EXPOSE 80",
      "CMD x",
      "VOLUME /x",
      "ENTRYPOINT x",
      "STOPSIGNAL 9",
      "HEALTHCHECK NONE",
      "ONBUILD RUN x",
    ];
    const text = `${base}${others.join("\n")}\nUSER root\n`;
    const warnings = [
      ...others.map(
        (line) =>
          `${line.split(" ", 1)[0]} is not recommended; use only ADD, ARG, COPY, ENV, FROM, LABEL, RUN, SHELL, USER, WORKDIR`,
      ),
      [
        "the last user of the image is root; end with USER $",
        "{user_id}:$",
        "{group_id} (and ARG user_id, ARG group_id)",
      ].join(""),
    ];
    expect(checkDockerfile(text, "build").map(({ severity, message }) => [severity, message])).toEqual(
      warnings.map((message) => ["warning", message]),
    );
    expect((await judge.ask([{ kind: "build", text }]))[0]?.error).toBe("");
    const { stderr } = await generate(defineExtension({ generate: () => ({ build: text }) }));
    expect(stderr.trimEnd().split("\n")).toEqual(
      warnings.map((message, index) => expect.stringContaining(`build.Dockerfile:${index + 3}: ${message}`)),
    );
    expect(checkDockerfile(String(dockerfile.run().run("x")), "run").map(({ message }) => message)).toEqual([
      "the image will not be rebasable without LABEL io.buildpacks.rebasable=true",
    ]);
  },
);
