import type { ShellBuildpack } from "../tiny/shell-builder.ts";
import type { Start } from "./starts.ts";

/** Contents by path, bytes that are not UTF-8 as lone surrogates; `-> target` is a symbolic link, a text that begins with `#!` executable, a path that ends in `/` a directory. */
export type AppFiles = Readonly<Record<string, string>>;

/** One build. What is not said is as in the build before. */
export interface Step {
  /** The app's files from now on. */
  readonly app?: AppFiles;
  /** Files of /platform/env from now on. */
  readonly userEnv?: Readonly<Record<string, string>>;
  /** The buildpacks of the builder from now on, as after an update of it. */
  readonly buildpacks?: readonly ShellBuildpack[];
  readonly order?: string;
  readonly platformApi?: string;
  /** The state that is lost before this build. */
  readonly lose?: "cache" | "image";
  readonly clearCache?: boolean;
  /** Changes the label `io.buildpacks.lifecycle.metadata` of the image that is there before this build. */
  readonly label?: (text: string) => string;
  readonly execEnv?: string;
  readonly defaultProcess?: string;
}

/** An app, buildpacks and a row of builds, given alike to the official lifecycle and to cnb. */
export interface Combination {
  readonly name: string;
  readonly buildpacks: readonly ShellBuildpack[];
  /** Text of /cnb/order.toml. Default: one group of all buildpacks. */
  readonly order?: string;
  /** Text of /cnb/system.toml. */
  readonly system?: string;
  /** Files of /cnb/build-config/env. */
  readonly operatorEnv?: Readonly<Record<string, string>>;
  /** Default: 0.13. */
  readonly platformApi?: string;
  /** Default: a file. */
  readonly app?: AppFiles;
  /** Default: a build and a rebuild. */
  readonly steps?: readonly Step[];
  /** How the image is started besides by its processes. */
  readonly starts?: readonly Start[];
  /** True if processes are started. Default: true. */
  readonly isStarted?: boolean;
  /** True if the unpacked builder is kept for the next combination, which uses the same builder. */
  readonly keepsBuilder?: boolean;
  /** The intended differences, as documented in docs/decisions/0006. */
  readonly differs?: string;
}

export interface Script {
  readonly version?: string;
  readonly api?: string;
  /** More of buildpack.toml: of `[buildpack]` first. */
  readonly toml?: string;
  readonly detect?: string;
  readonly build?: string;
}

/**
 * Notes what it sees in a layer of its own: with equal diffIDs two platforms have shown the same. Paths of files that a platform
 * may call what it likes are left out.
 */
const note = `
layers="\${CNB_LAYERS_DIR:-$1}"; plan="\${CNB_BP_PLAN_PATH:-$3}"; seen="$layers/seen"
restored="$(cd "$layers"; find . -type f | sort | while read -r f; do echo "== $f"; cat "$f"; done; find . | sort)"
mkdir -p "$seen"
echo "$restored" > "$seen/restored"
env | grep -v -e '^CNB_BP_PLAN_PATH=' -e '^SHLVL=' -e '^PWD=' | sort > "$seen/variables"
sort "$plan" > "$seen/plan"
echo "$(id) $(umask) $(pwd) $# $1 $2" > "$seen/process"
find . | sort > "$seen/app"
printf '[types]\\nlaunch = true\\n' > "$seen.toml"
cd "$layers"
`;

/** A buildpack of shell scripts, whose build stands in its directory of layers. */
export function script(id: string, { version = "1.0.0", api = "0.10", toml = "", detect = "", build = "" }: Script) {
  const head = `api = "${api}"\n[buildpack]\nid = "${id}"\nversion = "${version}"\n`;
  const files = {
    "buildpack.toml": `${head}${toml}\n`,
    "bin/detect": `#!/bin/sh\nset -e\nplan="\${CNB_BUILD_PLAN_PATH:-$2}"\n${detect}\n`,
    "bin/build": `#!/bin/sh\nset -e\n${note}${build}\n`,
  };
  return { id, version, files } satisfies ShellBuildpack;
}

/** A buildpack that is an order of others. */
export function composite(id: string, groups: readonly (readonly string[])[]): ShellBuildpack {
  const head = `api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "1.0.0"\n`;
  return { id, version: "1.0.0", files: { "buildpack.toml": head + orderOf(groups) } };
}

/** An order of groups of `id@version`; a `?` behind it makes it optional. */
export const orderOf = (groups: readonly (readonly string[])[]): string =>
  groups.map((group) => `[[order]]\n${group.map(memberOf).join("")}`).join("");

function memberOf(name: string): string {
  const [id = "", version = "1.0.0"] = name.replace("?", "").split("@");
  return `[[order.group]]\nid = "${id}"\nversion = "${version}"\n${name.endsWith("?") ? "optional = true\n" : ""}`;
}

/** Lines of a shell script that write a layer with its types and one file. */
export const layer = (name: string, types: string, { metadata = "", file = "content" } = {}): string => `
mkdir -p "${name}"
echo "${file}" > "${name}/file"
cat > "${name}.toml" <<'TOML'
[types]
${types
  .split(" ")
  .filter((type) => type !== "")
  .map((type) => `${type} = true`)
  .join("\n")}
${metadata === "" ? "" : `[metadata]\n${metadata}`}
TOML
`;

/** Lines that write a file as it stands. */
export const text = (path: string, content: string): string => `cat > "${path}" <<'TEXT'\n${content}\nTEXT\n`;
