import type { ShellBuildpack } from "../tiny/shell-builder.ts";

/**
 * Three buildpacks that use every part of the contract and write down what they see: environment, plan and restored files go
 * into layers, so that equal diffIDs mean that two platforms showed them the same.
 */
const record = `
seen="$CNB_LAYERS_DIR/seen"
find_restored() { for f in "$CNB_LAYERS_DIR"/*; do test -e "$f" && echo "== \${f##*/}" && test -f "$f" && cat "$f"; done; true; }
restored="$(find_restored; for d in "$CNB_LAYERS_DIR"/*/; do test -d "$d" && find "$d" | sort; done; true)"
mkdir -p "$seen"
echo "$restored" > "$seen/restored"
env | grep -v -e '^CNB_BP_PLAN_PATH=' -e '^SHLVL=' -e '^PWD=' | sort > "$seen/env"
sort "$CNB_BP_PLAN_PATH" > "$seen/plan"
printf '[types]\\nlaunch = true\\n' > "$seen.toml"
id > "$seen/id"
umask > "$seen/umask"
echo "$0 $# $1 $2" > "$seen/arguments"
`;

const provider: ShellBuildpack = {
  id: "parity/provider",
  version: "1.2.3",
  files: {
    "buildpack.toml": `
api = "0.10"
[buildpack]
id = "parity/provider"
version = "1.2.3"
homepage = "https://example.com/provider?a=1&b=<2>"
sbom-formats = ["application/vnd.cyclonedx+json", "application/spdx+json"]
[[targets]]
os = "linux"
[[targets]]
os = "plan9"
`,
    "bin/detect": `#!/bin/sh
cat > "$CNB_BUILD_PLAN_PATH" <<'PLAN'
[[provides]]
name = "tool"
[[provides]]
name = "nobody-wants-this"
[[or]]
[[or.provides]]
name = "tool"
[[or.provides]]
name = "left"
PLAN
`,
    "bin/build": `#!/bin/sh
set -e
${record}
cd "$CNB_LAYERS_DIR"
mkdir -p tool/bin tool/lib tool/env tool/env.build tool/env.launch/web tool/exec.d cached/include ignored
printf '#!/bin/sh\\necho tool\\n' > tool/bin/tool
chmod 755 tool/bin/tool
chmod 4755 tool/bin/tool
printf tool-env > tool/env/SHARED.append
printf build-only > tool/env.build/BUILD_ONLY
printf : > tool/env/PATH.delim
printf /from/tool > tool/env/PATH.prepend
printf web > tool/env.launch/web/WEB.override
printf '#!/bin/sh\\necho X=\\\\"1\\\\" >&3\\n' > tool/exec.d/helper
chmod 755 tool/exec.d/helper
ln -sf bin/tool tool/link
ln -f tool/bin/tool tool/hard 2>/dev/null || true
mkdir -p tool/empty "tool/ünïcode-日本" tool/$(printf 'long%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20)/$(printf 'deep%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20)
echo private > tool/private; chmod 600 tool/private
cat > tool.toml <<'TOML'
[types]
launch = true
build = true
cache = true
[metadata]
int = 1
million = 1000000.0
float = 1.5
text = "a<b>&c \\u2028 \\"q\\""
date = 1979-05-27T07:32:00Z
list = [1, 2.5, "x"]
2 = "two"
10 = "ten"
[metadata.table]
empty = {}
[[metadata.tables]]
n = 1
TOML
echo cached > cached/include/file
printf '[types]\\nbuild = true\\ncache = true\\n[metadata]\\nv = "1"\\n' > cached.toml
if test -f kept.toml; then printf '[types]\\nlaunch = true\\n[metadata]\\nk = 3\\n' > kept.toml
else mkdir kept; echo kept > kept/file; printf '[types]\\nlaunch = true\\n[metadata]\\nk = 3\\n' > kept.toml; fi
printf '[metadata]\\nlost = true\\n' > ignored.toml
mkdir -p untyped-dir-without-toml
printf '{"bomFormat":"CycloneDX"}' > tool.sbom.cdx.json
printf '{"spdxVersion":"SPDX-2.3"}' > cached.sbom.spdx.json
printf '{"bomFormat":"CycloneDX","launch":true}' > launch.sbom.cdx.json
printf '{"bomFormat":"CycloneDX","build":true}' > build.sbom.cdx.json
printf '{"bomFormat":"CycloneDX","orphan":true}' > orphan.sbom.cdx.json
count="$(test -f store.toml && sed -n 's/ *count = "\\(.*\\)"/\\1/p' store.toml || true)"
printf '[metadata]\\ncount = "%s."\\n[metadata.more]\\nn = 7\\n' "$count" > store.toml
printf '[[unmet]]\\nname = "left"\\n' > build.toml
cat > launch.toml <<'TOML'
[[labels]]
key = "parity.label"
value = "from <provider> & co"
[[labels]]
key = "parity.twice"
value = "provider"
[[processes]]
type = "web"
command = ["tool", "a b", "<&>"]
args = ["x\\"y", "tab\\t"]
default = true
[[processes]]
type = "worker"
command = ["worker"]
working-dir = "sub"
TOML
`,
  },
};

const wanter: ShellBuildpack = {
  id: "parity/wanter",
  version: "0.0.1",
  files: {
    "buildpack.toml": `
api = "0.10"
[buildpack]
id = "parity/wanter"
version = "0.0.1"
clear-env = true
`,
    "bin/detect": `#!/bin/sh
cat > "$CNB_BUILD_PLAN_PATH" <<'PLAN'
[[requires]]
name = "tool"
[requires.metadata]
version = "1.x"
depth = 3
nested = { a = [1, 2], b = "c" }
[[requires]]
name = "left"
[[provides]]
name = "left"
PLAN
`,
    "bin/build": `#!/bin/sh
set -e
${record}
echo "built by wanter" > generated.txt
mkdir -p assets/deep; echo asset > assets/deep/a.txt; ln -sf ../generated.txt assets/link
mkdir -p "$CNB_LAYERS_DIR/b-layer/bin" "$CNB_LAYERS_DIR/b/bin" "$CNB_LAYERS_DIR/b/env"
printf b > "$CNB_LAYERS_DIR/b/env/SHARED.append"
printf '[types]\\nbuild = true\\n' > "$CNB_LAYERS_DIR/b.toml"
printf '[types]\\nbuild = true\\nlaunch = true\\n[metadata]\\n' > "$CNB_LAYERS_DIR/b-layer.toml"
cat > "$CNB_LAYERS_DIR/launch.toml" <<'TOML'
[[slices]]
paths = ["assets", "*.none"]
[[slices]]
paths = ["src/*.js", "[ab]*"]
[[slices]]
[[labels]]
key = "parity.twice"
value = "wanter"
[[processes]]
type = "web"
command = ["sh", "-c", "echo web"]
TOML
`,
  },
};

const last: ShellBuildpack = {
  id: "parity/last",
  version: "2.0.0",
  files: {
    "buildpack.toml": `
api = "0.12"
[buildpack]
id = "parity/last"
version = "2.0.0"
exec-env = ["production", "test"]
`,
    "bin/detect": "#!/bin/sh\ntest -f app.txt || exit 100\n",
    "bin/build": `#!/bin/sh
set -e
${record}
cat > "$CNB_LAYERS_DIR/launch.toml" <<'TOML'
[[processes]]
type = "cli"
command = ["cli"]
args = []
exec-env = ["production"]
default = true
TOML
`,
  },
};

const absent: ShellBuildpack = {
  id: "parity/absent",
  version: "1.0.0",
  files: {
    "buildpack.toml": `api = "0.10"\n[buildpack]\nid = "parity/absent"\nversion = "1.0.0"\n`,
    "bin/detect": "#!/bin/sh\necho not here; exit 100\n",
    "bin/build": "#!/bin/sh\nexit 1\n",
  },
};

const composite: ShellBuildpack = {
  id: "parity/all",
  version: "1.0.0",
  files: {
    "buildpack.toml": `
api = "0.10"
[buildpack]
id = "parity/all"
version = "1.0.0"
[[order]]
[[order.group]]
id = "parity/absent"
version = "1.0.0"
[[order]]
[[order.group]]
id = "parity/provider"
version = "1.2.3"
[[order.group]]
id = "parity/absent"
version = "1.0.0"
optional = true
[[order.group]]
id = "parity/wanter"
version = "0.0.1"
`,
  },
};

export const parityBuildpacks: readonly ShellBuildpack[] = [provider, wanter, last, absent, composite];

export const parityOrder = `
[[order]]
[[order.group]]
id = "parity/all"
version = "1.0.0"
[[order.group]]
id = "parity/last"
version = "2.0.0"
`;
