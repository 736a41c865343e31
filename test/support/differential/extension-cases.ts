import { fromBase, generating } from "../tiny/extension-world.ts";
import type { ShellBuildpack } from "../tiny/shell-builder.ts";
import type { ExtensionCase } from "./extension-world.ts";

interface Inputs {
  readonly toml?: string;
  readonly api?: string;
  readonly detect?: string;
  /** The output of generate. */
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
    name: "extending both images, with build arguments",
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
    name: "two extensions, one of them marked as rebasable",
    extensions: [
      extension("test/one", { files: run(`USER root\nRUN echo 1 > /one\n${rebasable}${userAgain}`) }),
      extension("test/two", { files: run(`USER root\nRUN echo 2 > /two && cat /one >> /two\n${userAgain}`) }),
    ],
  },
  {
    name: "two extensions that are both marked as rebasable",
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
    name: "a context shared by both Dockerfiles",
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
    name: "a separate context for each Dockerfile",
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
    name: "a shared context and one for run.Dockerfile",
    extensions: [
      extension("test/contexts", {
        files: { ...run("COPY . /opt/\n"), "context.run/file": "1\n", "context/file": "2\n" },
      }),
    ],
  },
  {
    name: "the app directory as the context",
    extensions: [extension("test/app-context", { files: run("COPY --chown=0:0 app.txt /opt/\n") })],
  },
  {
    name: "copied files without an explicit owner",
    extensions: [extension("test/app-context", { files: run("COPY app.txt /opt/\n") })],
    differs: "kaniko keeps the owner in the context, but Dockerfiles define root",
  },
  {
    name: "a run.Dockerfile that selects another run image",
    extensions: [extension("test/switch", { files: { "run.Dockerfile": "FROM REGISTRY/other:1\n" } })],
  },
  {
    name: "a run.Dockerfile that selects and extends another run image, without effect of earlier extensions",
    extensions: [
      extension("test/before", { files: run("RUN exit 1\n") }),
      extension("test/switch", {
        files: { "run.Dockerfile": `FROM REGISTRY/other:1\nUSER root\nRUN echo 1 > /one\n${userAgain}` },
      }),
      extension("test/after", { files: run(`USER root\nRUN cat /one /one > /two\n${userAgain}`) }),
    ],
  },
  {
    name: "a run.Dockerfile that names the current run image",
    extensions: [extension("test/switch", { files: { "run.Dockerfile": "FROM REGISTRY/run:1\nENV A=b\n" } })],
  },
  {
    name: "requirements that extensions meet",
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
    name: "an extension that provides an unused dependency",
    extensions: [
      extension("test/unused", { detect: provides("unused"), files: run("ENV UNUSED=yes\n") }),
      extension("test/used", { files: run("ENV USED=yes\n") }),
    ],
  },
  {
    name: "an extension and a buildpack that provide the same dependency",
    extensions: [extension("test/x", { detect: provides("x"), files: run("ENV A=b\n") })],
    buildpack: { detect: `printf '[[provides]]\\nname = "x"\\n[[requires]]\\nname = "x"\\n' > "$CNB_BUILD_PLAN_PATH"` },
  },
  {
    name: "the first group of extensions that meets the buildpacks' requirements",
    extensions: [
      extension("test/first", { detect: "exit 100", files: run("ENV FIRST=yes\n") }),
      extension("test/second", { detect: provides("x"), files: run("ENV SECOND=yes\n") }),
    ],
    order: groups(["test/first"], ["test/second"]),
    buildpack: { detect: requires("x") },
  },
  {
    name: "extensions that fail, have errors, require dependencies, or are for another operating system",
    extensions: [
      extension("test/fails", { detect: "exit 100" }),
      extension("test/errs", { detect: "exit 7" }),
      extension("test/requires", { detect: requires("x") }),
      extension("test/windows", { toml: `[[targets]]\nos = "windows"\n`, files: run("ENV WINDOWS=yes\n") }),
      extension("test/fits", { files: run("ENV FITS=yes\n") }),
    ],
  },
  {
    name: "environment and files available to generate",
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
  { name: "an extension whose generate fails", extensions: [extension("test/bad", { generate: "exit 3" })] },
  {
    name: "a Dockerfile with two stages",
    extensions: [extension("test/bad", { files: run("FROM REGISTRY/run:1\n") })],
  },
  {
    name: "a build.Dockerfile that starts from another image",
    extensions: [extension("test/bad", { files: { "build.Dockerfile": "FROM REGISTRY/run:1\n" } })],
  },
  { name: "an invalid Dockerfile", extensions: [extension("test/bad", { files: run("NO SUCH\n") })] },
  {
    name: "a build argument that only platforms set",
    extensions: [
      extension("test/bad", {
        files: { ...run("ENV A=b\n"), "extend-config.toml": `[[run.args]]\nname = "build_id"\nvalue = "1"\n` },
      }),
    ],
  },
  { name: "a RUN instruction that fails", extensions: [extension("test/bad", { files: run("RUN exit 3\n") })] },
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
    name: "ENV instructions in build.Dockerfile",
    extensions: [extension("test/path", { files: build("ENV PATH=/opt/bin:/bin\nENV OTHER=hidden\n") })],
    buildpack: notes,
  },
  {
    name: "an ENV value that contains =",
    extensions: [extension("test/path", { files: build("ENV A=b=c\n") })],
    differs: "the lifecycle fails",
  },
  {
    name: "an extension that consists of files only",
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
    differs: "the lifecycle loses the Dockerfiles",
  },
];
