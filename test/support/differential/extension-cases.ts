import { fromBase, generating } from "../tiny/extension-world.ts";
import type { ShellBuildpack } from "../tiny/shell-builder.ts";
import type { ExtensionCase } from "./extension-world.ts";

interface Inputs {
  readonly toml?: string;
  readonly api?: string;
  readonly detect?: string;
  /** What generate leaves. */
  readonly files?: Readonly<Record<string, string>>;
  /** More lines of bin/generate. */
  readonly generate?: string;
}

function extension(id: string, given: Inputs): ShellBuildpack {
  const { toml = "", api = "0.11", detect = "", files = {}, generate = "" } = given;
  return {
    id,
    version: "1.0.0",
    files: {
      "extension.toml": `api = "${api}"\n[extension]\nid = "${id}"\nversion = "1.0.0"\n${toml}`,
      "bin/detect": `#!/bin/sh\n${detect}\n`,
      "bin/generate": `${generating(files)}\n${generate}\n`,
    },
  };
}

const run = (lines: string): Readonly<Record<string, string>> => ({ "run.Dockerfile": `${fromBase}${lines}` });
const build = (lines: string): Readonly<Record<string, string>> => ({ "build.Dockerfile": `${fromBase}${lines}` });
const rebasable = "LABEL io.buildpacks.rebasable=true\n";
const userAgain = "ARG user_id\nARG group_id\nUSER $" + "{user_id}:$" + "{group_id}\n";
const provides = (...names: readonly string[]) =>
  `printf '${names.map((name) => `[[provides]]\\nname = "${name}"\\n`).join("")}' > "$CNB_BUILD_PLAN_PATH"`;
const requires = (...names: readonly string[]) =>
  `printf '${names.map((name) => `[[requires]]\\nname = "${name}"\\n[requires.metadata]\\nof = "${name}"\\n`).join("")}' > "$CNB_BUILD_PLAN_PATH"`;
const groups = (...all: readonly (readonly string[])[]): string =>
  all
    .map(
      (ids) =>
        `[[order-extensions]]\n${ids.map((id) => `[[order-extensions.group]]\nid = "${id}"\nversion = "1.0.0"\n`).join("")}`,
    )
    .join("");
/** Lets a buildpack note what the builder has. */
const notes = {
  build:
    'for file in /opt/*; do test -f "$file" && cat "$file" >> seen/opt; done; env | /bin/busybox grep ^PATH= > seen/path',
};

/** Each is built once by both. `REGISTRY` stands for the registry that has the run images. */
export const extensionCases: readonly ExtensionCase[] = [
  {
    name: "both images are extended, with arguments",
    extensions: [
      extension("test/both", {
        toml: `homepage = "https://example.com/both"\n`,
        files: {
          ...run(`ARG word=none\nUSER root\nRUN mkdir -p /opt && echo run $word > /opt/tool\n${userAgain}`),
          ...build(`ARG word=none\nUSER root\nRUN mkdir -p /opt && echo build $word > /opt/tool\n${userAgain}`),
          "extend-config.toml": `[[run.args]]\nname = "word"\nvalue = "a b"\n[[build.args]]\nname = "word"\nvalue = "c"\n`,
        },
      }),
    ],
    buildpack: notes,
  },
  {
    name: "configuration of the run image",
    extensions: [
      extension("test/config", {
        files: run(`ENV ADDED=yes\nENV PATH="/opt/bin:$PATH"\nLABEL a.b="c d"\nWORKDIR /tmp\n${rebasable}`),
      }),
    ],
  },
  {
    name: "two extensions, of which one says that it is rebasable",
    extensions: [
      extension("test/one", { files: run(`USER root\nRUN echo 1 > /one\n${rebasable}${userAgain}`) }),
      extension("test/two", { files: run(`USER root\nRUN echo 2 > /two && cat /one >> /two\n${userAgain}`) }),
    ],
  },
  {
    name: "two extensions that are rebasable",
    extensions: [
      extension("test/one", { files: run(`USER root\nRUN echo 1 > /one\n${rebasable}${userAgain}`) }),
      extension("test/two", { files: run(`USER root\nRUN echo 2 > /two\n${rebasable}${userAgain}`) }),
    ],
  },
  {
    name: "files that are changed, removed, linked, and have odd modes",
    extensions: [
      extension("test/files", {
        files: run(
          `USER root\nRUN mkdir /d && echo 1 > /d/a && echo 2 > /d/b && echo 3 > /d/suid && /bin/busybox chmod 4755 /d/suid && /bin/busybox ln -s a /d/link\nRUN /bin/busybox rm /d/a && echo 4 > /d/b && /bin/busybox chown 1000:1000 /d/b && echo more >> /etc/passwd\n${userAgain}`,
        ),
      }),
    ],
  },
  {
    name: "a shared context",
    extensions: [
      extension("test/context", {
        files: {
          ...run("COPY --chown=1000:1000 file /opt/\n"),
          ...build("COPY --chown=1000:1000 file /opt/\n"),
          "context/file": "of the context\n",
        },
      }),
    ],
    buildpack: notes,
  },
  {
    name: "a context for each image",
    extensions: [
      extension("test/contexts", {
        files: {
          ...run("COPY --chown=1000:1000 . /opt/\n"),
          ...build("COPY --chown=1000:1000 . /opt/\n"),
          "context.run/file": "of the run image\n",
          "context.build/file": "of the builder\n",
        },
      }),
    ],
    buildpack: notes,
  },
  {
    name: "a shared context beside another",
    extensions: [
      extension("test/contexts", {
        files: { ...run("COPY . /opt/\n"), "context.run/file": "1\n", "context/file": "2\n" },
      }),
    ],
  },
  {
    name: "the application as the context",
    extensions: [extension("test/app-context", { files: run("COPY --chown=0:0 app.txt /opt/\n") })],
  },
  {
    name: "owners of copied files that nobody names",
    extensions: [extension("test/app-context", { files: run("COPY app.txt /opt/\n") })],
    differs: "kaniko keeps those of the context, Dockerfiles mean root's",
  },
  {
    name: "another run image",
    extensions: [extension("test/switch", { files: { "run.Dockerfile": "FROM REGISTRY/other:1\n" } })],
  },
  {
    name: "another run image that is extended, what came before it has no effect",
    extensions: [
      extension("test/before", { files: run("RUN exit 1\n") }),
      extension("test/switch", {
        files: { "run.Dockerfile": `FROM REGISTRY/other:1\nUSER root\nRUN echo 1 > /one\n${userAgain}` },
      }),
      extension("test/after", { files: run(`USER root\nRUN cat /one /one > /two\n${userAgain}`) }),
    ],
  },
  {
    name: "the same run image by its name",
    extensions: [extension("test/switch", { files: { "run.Dockerfile": "FROM REGISTRY/run:1\nENV A=b\n" } })],
  },
  {
    name: "what extensions provide is met before buildpacks build",
    extensions: [
      extension("test/x", {
        detect: provides("x"),
        files: run("ENV A=b\n"),
        generate: `echo "$CNB_BP_PLAN_PATH" > /dev/null; cat "$CNB_BP_PLAN_PATH"`,
      }),
      extension("test/xy", { detect: provides("x", "y"), files: run("ENV C=d\n") }),
    ],
    buildpack: { detect: requires("x", "y") },
  },
  {
    name: "an extension that provides what nobody requires",
    extensions: [
      extension("test/unused", { detect: provides("unused"), files: run("ENV UNUSED=yes\n") }),
      extension("test/used", { files: run("ENV USED=yes\n") }),
    ],
  },
  {
    name: "an extension and a buildpack that provide the same",
    extensions: [extension("test/x", { detect: provides("x"), files: run("ENV A=b\n") })],
    buildpack: { detect: `printf '[[provides]]\\nname = "x"\\n[[requires]]\\nname = "x"\\n' > "$CNB_BUILD_PLAN_PATH"` },
  },
  {
    name: "the first group of extensions that goes with the buildpacks",
    extensions: [
      extension("test/first", { detect: "exit 100", files: run("ENV FIRST=yes\n") }),
      extension("test/second", { detect: provides("x"), files: run("ENV SECOND=yes\n") }),
    ],
    order: groups(["test/first"], ["test/second"]),
    buildpack: { detect: requires("x") },
  },
  {
    name: "extensions that fail, have errors, require, or are for another system",
    extensions: [
      extension("test/fails", { detect: "exit 100" }),
      extension("test/errs", { detect: "exit 7" }),
      extension("test/requires", { detect: requires("x") }),
      extension("test/windows", { toml: `[[targets]]\nos = "windows"\n`, files: run("ENV WINDOWS=yes\n") }),
      extension("test/fits", { files: run("ENV FITS=yes\n") }),
    ],
  },
  {
    name: "what generate sees",
    extensions: [
      extension("test/sees", {
        detect: provides("x"),
        generate: `env | /bin/busybox grep -v -e SHLVL -e CNB_BP_PLAN_PATH | /bin/busybox sort > context-file
{ id; pwd; echo $# $1 $2; cat "$CNB_BP_PLAN_PATH"; /bin/busybox ls -l /workspace | /bin/busybox wc -l; } >> context-file
mkdir context; /bin/busybox mv context-file context/seen
printf 'ARG base_image\\nFROM $%s\\nCOPY --chown=0:0 seen /seen\\n' '{base_image}' > run.Dockerfile`,
      }),
    ],
    buildpack: { detect: requires("x") },
  },
  { name: "a generate that fails", extensions: [extension("test/bad", { generate: "exit 3" })] },
  { name: "two stages", extensions: [extension("test/bad", { files: run("FROM REGISTRY/run:1\n") })] },
  {
    name: "a build.Dockerfile from elsewhere",
    extensions: [extension("test/bad", { files: { "build.Dockerfile": "FROM REGISTRY/run:1\n" } })],
  },
  { name: "no Dockerfile", extensions: [extension("test/bad", { files: run("NO SUCH\n") })] },
  {
    name: "an argument that is the platform's",
    extensions: [
      extension("test/bad", {
        files: { ...run("ENV A=b\n"), "extend-config.toml": `[[run.args]]\nname = "build_id"\nvalue = "1"\n` },
      }),
    ],
  },
  { name: "a command that fails", extensions: [extension("test/bad", { files: run("RUN exit 3\n") })] },
  {
    name: "root as the last user of the run image",
    extensions: [extension("test/bad", { files: run("USER root\n") })],
  },
  {
    name: "root as the last user of the builder",
    extensions: [extension("test/root", { files: build("USER root\nRUN mkdir -p /opt && echo 1 > /opt/1\n") })],
    buildpack: notes,
  },
  {
    name: "variables of the builder",
    extensions: [extension("test/path", { files: build("ENV PATH=/opt/bin:/bin\nENV OTHER=hidden\n") })],
    buildpack: notes,
  },
  {
    name: "a variable of the builder with two =",
    extensions: [extension("test/path", { files: build("ENV A=b=c\n") })],
    differs: "the lifecycle fails",
  },
  {
    name: "an extension without programs",
    extensions: [
      {
        id: "test/static",
        version: "1.0.0",
        files: {
          "extension.toml": `api = "0.11"\n[extension]\nid = "test/static"\nversion = "1.0.0"\n`,
          "generate/run.Dockerfile": `${fromBase}ENV A=b\n`,
        },
      },
    ],
    differs: "the lifecycle loses its Dockerfiles",
  },
];
