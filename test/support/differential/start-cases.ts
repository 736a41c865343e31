import { type Combination, layer, type Script, script, text } from "./combination.ts";
import type { Start } from "./starts.ts";

/** A program that says how it was started: its arguments and environment as the kernel has them, its directory and user. */
const show = `mkdir -p tools/bin; ${text(
  "tools/bin/show",
  `#!/bin/sh
echo "-- argv"; tr '\\0' '\\n' < /proc/$$/cmdline
echo "-- env"; tr '\\0' '\\n' < /proc/$$/environ | sort
echo "-- $(pwd) $(id) $(umask)"`,
)}
chmod 755 tools/bin/show; printf '[types]\\nlaunch = true\\n' > tools.toml
`;

const one = (build: string, more: Script = {}) => script("test/one", { ...more, build: show + build });
const two = (build: string, more: Script = {}) => script("test/two", { ...more, build });
const launch = (toml: string) => text("launch.toml", toml);
const program = (path: string, lines: string) =>
  `mkdir -p "$(dirname ${path})"; ${text(path, `#!/bin/sh\n${lines}`)}chmod 755 ${path}\n`;

const process = (type: string, command: readonly string[], more = "") =>
  `[[processes]]\ntype = "${type}"\ncommand = ${JSON.stringify(command)}\n${more}\n`;
const web = process("web", ["show", "always", "a  b"], 'args = ["own", "", "$HOME"]\ndefault = true');

/** Without a process: a program of its own, a line for the shell, and names of processes. */
const byLauncher: readonly Start[] = [
  { entrypoint: "launcher", args: ["--", "show", "x", "a  b", "", "$HOME"] },
  { entrypoint: "/cnb/lifecycle/launcher", args: ["--", "/layers/test_one/tools/bin/show"] },
  { entrypoint: "launcher", args: ["show x '$HOME' \"$HOME\"; exit 3"] },
  { entrypoint: "launcher", args: ["show", "first", "a  b", "$HOME"] },
  { entrypoint: "launcher", args: ["web"] },
  { entrypoint: "launcher", args: ["--"] },
  { entrypoint: "launcher" },
  { entrypoint: "launcher", args: ["--", "/nowhere"] },
];

/** Variables of the user, and those that the launcher reads or takes away. */
const variables: readonly Start[] = [
  { env: { OWN: "a=b", EMPTY: "", LINES: "a\nb", PATH: "/mine:/bin", LD_LIBRARY_PATH: "/lib-of-mine" } },
  { env: { CNB_PROCESS_TYPE: "worker", CNB_EXEC_ENV: "test", CNB_DEPRECATION_MODE: "error" } },
  { env: { CNB_PROCESS_TYPE: "none" } },
  { env: { CNB_APP_DIR: "/tmp" } },
  { env: { CNB_PLATFORM_API: "0.3" } },
  { env: { HOME: "/elsewhere", PATH: "" } },
];

const processes: readonly Combination[] = [
  {
    name: "starting processes of two buildpacks",
    app: { "sub/here": "", "run.sh": "#!/bin/sh\necho run in $(pwd): $*\n", "not-executable": "x" },
    buildpacks: [
      one(
        launch(
          web +
            process("worker", ["show"], 'working-dir = "/workspace/sub"') +
            process("relative", ["./run.sh", "x"], 'working-dir = "sub"') +
            process("here", ["./run.sh", "x"]) +
            process("lost", ["show"], 'working-dir = "/no/such"') +
            process("missing", ["no-such-program"]) +
            process("denied", ["/workspace/not-executable"]) +
            process("exits", ["sh", "-c", "echo out; echo err >&2; exit 42"]) +
            process("killed", ["sh", "-c", "kill -9 $$"]),
        ),
      ),
      two(launch(process("worker", ["show", "of", "two"]) + process("cli", ["cat"], 'args = ["/etc/passwd"]'))),
    ],
    starts: [
      ...byLauncher,
      ...variables,
      { entrypoint: "/cnb/process/worker", args: ["x"] },
      { entrypoint: "worker" },
      { entrypoint: "/layers/test_one/tools/bin/show", args: ["without the launcher"] },
    ],
    steps: [{}],
  },
  { name: "an image without a process", buildpacks: [one("")], starts: byLauncher, steps: [{}] },
  {
    name: "starting a default process selected by the user",
    buildpacks: [one(launch(web + process("worker", ["show", "w"])))],
    steps: [{ defaultProcess: "worker" }, {}],
  },
];

/** The shell starts what is not direct, behind the scripts of profile.d and the app's .profile. */
const profiled = `
mkdir -p p/profile.d/old p/profile.d/web
echo 'export ALL="$ALL all $0 $HOME"' > p/profile.d/b.sh
echo 'export ALL="$ALL first"; export PATH="$PATH:/from-profile"' > p/profile.d/a.sh
echo 'export OLD="of old $1"' > p/profile.d/old/x.sh
echo 'export WEB="of web"' > p/profile.d/web/x.sh
printf '[types]\\nlaunch = true\\n' > p.toml
`;
const appOfAll = { ".profile": 'export APP="$ALL app"\n', "sub/here": "" };

const apis: readonly Combination[] = ["0.7", "0.8"].map((api) => ({
  name: `direct and shell processes, Buildpack API ${api}`,
  app: appOfAll,
  buildpacks: [
    one(
      profiled +
        launch(`
[[processes]]
type = "old"
command = "show"
args = ["a  b", "$HOME", "'q'"]
direct = false
[[processes]]
type = "script"
command = "show x; show y; exit 3"
direct = false
[[processes]]
type = "web"
command = "show"
args = ["a  b", "$HOME"]
direct = true
default = true
`),
      { api },
    ),
    two(""),
  ],
  starts: [...byLauncher, ...variables],
  steps: [{}],
}));

const newer: readonly Combination[] = ["0.9", "0.10", "0.11", "0.12"].map((api) => ({
  name: `processes with profile scripts, Buildpack API ${api}`,
  app: appOfAll,
  buildpacks: [one(profiled + launch(web + process("old", ["show", "x"], 'working-dir = "sub"')), { api }), two("")],
  starts: [...byLauncher, ...variables],
  steps: [{}],
}));

const suffixes = ["", ".append", ".prepend", ".override", ".default", ".other"];
const envFiles = (folder: string, delim: string) =>
  `mkdir -p l/${folder}; ${suffixes
    .map((suffix) => `printf '<${folder}${suffix}>' > l/${folder}/V${suffix.slice(1).toUpperCase()}${suffix}`)
    .join("; ")}; printf '${delim}' > l/${folder}/VAPPEND.delim; printf : > l/${folder}/VPREPEND.delim\n`;
const folders = ["env", "env.build", "env.launch", "env.launch/web", "env.launch/worker"];

const values: Start = {
  env: { V: "user", VAPPEND: "user", VPREPEND: "user", VOVERRIDE: "user", VDEFAULT: "user", VOTHER: "user" },
};
const nothing: Start = { env: { VAPPEND: "", VPREPEND: "", VDEFAULT: "" } };

const environments: readonly Combination[] = [
  ...["0.7", "0.8", "0.9", "0.10", "0.11", "0.12"].map(
    (api): Combination => ({
      name: `layer environment at launch, Buildpack API ${api}`,
      buildpacks: [
        one(
          `mkdir -p l/bin l/lib l/include l/pkgconfig\n${folders.map((folder) => envFiles(folder, "-")).join("")}
printf '[types]\\nbuild = true\\nlaunch = true\\ncache = true\\n' > l.toml
${launch(
  ["0.7", "0.8"].includes(api)
    ? '[[processes]]\ntype = "web"\ncommand = "show"\ndirect = true\n[[processes]]\ntype = "worker"\ncommand = "show"\ndirect = true\n'
    : process("web", ["show"]) + process("worker", ["show"]),
)}`,
          { api },
        ),
        two(`${folders.map((folder) => envFiles(folder, "")).join("")}${layer("m", "build")}
printf '[types]\\nlaunch = true\\n' > l.toml`),
      ],
      starts: [values, { ...values, process: "worker" }, nothing],
    }),
  ),
  {
    name: "layer environment in the order of layers and buildpacks at launch",
    buildpacks: [
      one(
        ["foo", "foo-bar", "10-a", "B", "a"]
          .map(
            (name) => `mkdir -p ${name}/bin ${name}/lib ${name}/env
printf '${name}' > ${name}/env/ORDER.append; printf '>' > ${name}/env/ORDER.delim
printf '/${name}' > ${name}/env/PATH.prepend; printf : > ${name}/env/PATH.delim
printf '${name}' > ${name}/env/LAST.override; printf '${name}' > ${name}/env/FIRST.default
printf '[types]\\nlaunch = true\\n' > ${name}.toml\n`,
          )
          .join("") + launch(web),
      ),
      two(`mkdir -p c/bin c/env hidden/bin hidden/env
printf 'c' > c/env/ORDER.append; printf '/c' > c/env/PATH.append; printf 'x\\ny' > c/env/LINES
printf 'seen' > hidden/env/HIDDEN; printf '[types]\\nbuild = true\\n' > hidden.toml
printf '[types]\\nlaunch = true\\n' > c.toml`),
    ],
    starts: [values, { env: { ORDER: "user", PATH: "/bin", FIRST: "user" } }, { env: { LD_LIBRARY_PATH: "" } }],
  },
  {
    name: "layer environment of a restored layer",
    buildpacks: [
      one(
        `test -f l/env.launch/MADE || { mkdir -p l/env.launch; printf first > l/env.launch/MADE; }
printf '[types]\\nlaunch = true\\ncache = true\\n' > l.toml\n${launch(web)}`,
      ),
    ],
    steps: [{}, {}, { lose: "cache" }],
  },
];

const execD: readonly Combination[] = [
  {
    name: "processes of an image with exec.d programs",
    buildpacks: [
      one(
        program("b/exec.d/2", `echo 'ORDER = "'$ORDER'b2"' >&3; echo said by b2`) +
          program("b/exec.d/1", `printf 'ORDER = "%sb1"\\nPATH = "%s:/by-b1"\\n' "$ORDER" "$PATH" >&3`) +
          program("a/exec.d/web/z", `echo 'ORDER = "'$ORDER'web"' >&3; echo "WEB = '$CNB_PROCESS_TYPE'" >&3`) +
          program("a/exec.d/y", `echo 'ORDER = "'$ORDER'y"' >&3; echo 'PLACE = "'$(pwd)'"' >&3; echo warned >&2`) +
          program("a/exec.d/worker/z", `echo 'WORKER = "1"' >&3`) +
          `printf '[types]\\nlaunch = true\\n' > a.toml; cp a.toml b.toml\n` +
          launch(web + process("worker", ["show"], 'working-dir = "/tmp"')),
      ),
      two(`${program("c/exec.d/x", `printf 'EMPTY = ""\\nLINES = """\\na\\nb"""\\nORDER = "%sc"\\n' "$ORDER" >&3`)}
printf '[types]\\nlaunch = true\\n' > c.toml`),
    ],
    starts: [{ env: { ORDER: "user" } }, { entrypoint: "launcher", args: ["--", "show"] }],
    steps: [{}],
  },
  ...(
    [
      ["that fails", "echo why >&2; exit 9"],
      ["that writes no TOML", "echo '[[' >&3"],
      ["that writes numbers", "echo 'A = 1' >&3"],
      ["that writes tables", "printf '[A]\\nb = \"c\"\\n' >&3"],
      ["that writes nothing", "true"],
    ] as const
  ).map(
    ([name, lines]): Combination => ({
      name: `an exec.d program ${name}`,
      buildpacks: [one(`${program("a/exec.d/x", lines)}printf '[types]\\nlaunch = true\\n' > a.toml\n${launch(web)}`)],
      steps: [{}],
    }),
  ),
  {
    name: "an exec.d file that is not executable",
    buildpacks: [
      one(`mkdir -p a/exec.d; echo x > a/exec.d/x; printf '[types]\\nlaunch = true\\n' > a.toml\n${launch(web)}`),
    ],
    steps: [{}],
  },
];

/** Shows the environment of a process byte by byte. */
const octets = "tr '\\000' '\\012' < /proc/self/environ | sort | od -An -c";
const octal = process("web", ["/bin/sh", "-c", octets], "default = true");

const bytes: readonly Combination[] = [
  {
    name: "variables, profile scripts and exec.d programs with bytes that are not UTF-8",
    buildpacks: [
      one(`mkdir -p a/env.launch a/env.launch/web
printf 'caf\\351' > a/env.launch/FOO; printf '\\377' > a/env.launch/FOO.delim; printf '\\200' > a/env.launch/web/FOO.append
printf 'a\\351' > "a/env.launch/N$(printf '\\351')"; ${program("a/exec.d/$(printf '\\350')", "printf 'X = \"\\303\\251\"' >&3")}
printf '[types]\\nlaunch = true\\n' > a.toml\n${launch(octal)}`),
    ],
    starts: [{ env: { FOO: "ü" } }, { args: ["caf\u00e9", "\u2028"] }],
    steps: [{}],
  },
  {
    name: "profile scripts with bytes that are not UTF-8, Buildpack API 0.8",
    buildpacks: [
      one(
        `mkdir -p a/profile.d; ${text("a/profile.d/$(printf '\\351').sh", "export P=$'caf\\xe9'")}
printf '[types]\\nlaunch = true\\n' > a.toml
${launch('[[processes]]\ntype = "web"\ncommand = "printf %s \\"$P\\" | od -An -c"\ndefault = true\n')}`,
        { api: "0.8" },
      ),
    ],
    steps: [{}],
  },
];

const execEnvs: readonly Combination[] = ["0.14", "0.15"].map((platformApi) => ({
  name: `starting processes for execution environments, Platform API ${platformApi}`,
  platformApi,
  buildpacks: [
    one(
      launch(
        process("web", ["show", "prod"], 'exec-env = ["production"]') +
          process("test", ["show", "test"], 'exec-env = ["test", "other"]') +
          process("any", ["show", "any"], 'exec-env = ["*"]'),
      ),
      { api: "0.12" },
    ),
  ],
  starts: ["production", "test", "other"].flatMap((CNB_EXEC_ENV) =>
    [{}, { process: "web" }, { process: "test" }, { process: "any" }].map((start) => ({
      ...start,
      env: { CNB_EXEC_ENV },
    })),
  ),
  steps: [{}, { execEnv: "test" }],
}));

export const startCases: readonly Combination[] = [
  ...processes,
  ...apis,
  ...newer,
  ...environments,
  ...execD,
  ...bytes,
  ...execEnvs,
];
