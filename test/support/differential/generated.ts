import type { ShellBuildpack } from "../tiny/shell-builder.ts";
import type { AppFiles, Combination, Step } from "./combination.ts";
import { buildScript, detectScript } from "./generated-scripts.ts";
import { type Random, random } from "./random.ts";

/**
 * The buildpacks of all generated builds are the same, so that the builder is unpacked once. What they do is in the app.
 * Each notes what it sees in a layer of its own; times and setuid bits of restored files are left out (0006).
 */
const ids = ["test/one", "test/two", "test/three"] as const;
const names = ids.map((id) => id.replace("test/", ""));

const note = `
layers="$CNB_LAYERS_DIR"; seen="$layers/seen"
restored="$(cd "$layers"; find . -type f | sort | while IFS= read -r f; do echo "== $f"; cat "$f" 2>&1; done
find . | sort | while IFS= read -r f; do stat -c '%a %F %n' "$f" | sed 's/^[1-7]\\(...\\) /\\1 /'; done)"
mkdir -p "$seen"
echo "$restored" > "$seen/restored"
env | grep -v -e '^CNB_BP_PLAN_PATH=' -e '^SHLVL=' -e '^PWD=' | sort > "$seen/variables"
sort "$CNB_BP_PLAN_PATH" > "$seen/plan"
find . | sort > "$seen/app"
printf '[types]\\nlaunch = true\\n' > "$seen.toml"
cd "$layers"
`;

/** The buildpacks have different APIs and declare different formats of SBOMs. */
const kinds = [
  { api: "0.10", formats: ["application/vnd.cyclonedx+json", "application/spdx+json"] },
  { api: "0.12", formats: ["application/vnd.cyclonedx+json", "application/spdx+json", "application/vnd.syft+json"] },
  { api: "0.9", formats: ["application/vnd.syft+json;version=1"] },
] as const;

const buildpacks = ids.map((id, index): ShellBuildpack => {
  const scripts = `/workspace/.generated/${names[index]}`;
  const { api, formats } = kinds[index] ?? kinds[0];
  return {
    id,
    version: "1.0.0",
    files: {
      "buildpack.toml": `api = "${api}"\n[buildpack]\nid = "${id}"\nversion = "1.0.0"\nsbom-formats = ${JSON.stringify(formats)}\n`,
      "bin/detect": `#!/bin/sh\ntest -f ${scripts}/detect || exit 100\nplan="$CNB_BUILD_PLAN_PATH"\n. ${scripts}/detect\n`,
      "bin/build": `#!/bin/sh\nset -e\n${note}. ${scripts}/build\n`,
    },
  };
});

const order = `[[order]]\n${ids.map((id) => `[[order.group]]\nid = "${id}"\nversion = "1.0.0"\noptional = true\n`).join("")}`;

/** The actions of a buildpack in an app. By default, detect passes and build does nothing. */
export interface AppScripts {
  readonly detect?: string;
  readonly build?: string;
}

/** A build and a rebuild of an app that brings the scripts of one, two or three buildpacks. */
export function scripted(name: string, scripts: readonly AppScripts[], more: Partial<Combination> = {}): Combination {
  const app: Record<string, string> = { "app.txt": "app" };
  for (const [index, { detect = "", build = "" }] of scripts.entries()) {
    app[`.generated/${names[index]}/detect`] = `${detect}\n`;
    app[`.generated/${names[index]}/build`] = `${build}\n`;
  }
  return { name, app, buildpacks, order, isStarted: false, keepsBuilder: true, ...more };
}

/** The builds of a seed: one, or one and a rebuild after a change. */
export function generatedBuilds(seed: number): Combination {
  const { chance, pick } = random(seed);
  const accidents = chance(0.4);
  const count = pick([1, 1, 2, 3] as const);
  const first = appOf(random(seed + 0.25, accidents), count);
  const again = chance(0.5) ? first : appOf(random(seed + 0.5, accidents), count);
  const clearsCache = chance(0.05);
  const prepared = clearsCache ? withoutStore : (app: AppFiles) => app;
  const steps: readonly Step[] = [
    { app: prepared(first), userEnv: userEnvOf(random(seed + 0.75)) },
    ...(clearsCache || chance(0.5)
      ? [
          {
            app: prepared(again),
            clearCache: clearsCache,
            ...(chance(0.1) && { lose: pick(["cache", "image"] as const) }),
          },
        ]
      : []),
  ];
  const others = random(seed + 0.9);
  return {
    name: `seed ${seed}`,
    buildpacks,
    order,
    keepsBuilder: true,
    isStarted: others.chance(0.1),
    platformApi: others.pick(["0.12", "0.13", "0.13", "0.14", "0.15"]),
    steps: steps.map((step) => ({
      ...step,
      ...(others.chance(0.2) && { execEnv: others.pick(["production", "test", "other"]) }),
      ...(others.chance(0.1) && { defaultProcess: others.pick(["web", "worker", "a", "nobody's"]) }),
    })),
  };
}

/** `--clear-cache` and store.toml are a row of 0006. */
const withoutStore = (app: AppFiles): AppFiles =>
  Object.fromEntries(
    Object.entries(app).map(([path, text]) => [
      path,
      path.endsWith("/build") ? `rm -f store.toml\n${text.replaceAll("> store.toml", "> /dev/null")}` : text,
    ]),
  );

function appOf(from: Random, count: number): AppFiles {
  const files: Record<string, string> = {};
  for (const name of names.slice(0, count)) {
    files[`.generated/${name}/detect`] = detectScript(from);
    files[`.generated/${name}/build`] = buildScript(from);
  }
  for (let left = from.int(5); left > 0; left--) {
    const path = from.path();
    // one path cannot be a file and a directory
    if (Object.keys(files).some((other) => `${other}/`.startsWith(`${path}/`) || `${path}/`.startsWith(`${other}/`)))
      continue;
    files[path] = from.pick(["content", "#!/bin/sh\necho hello\n", "", `-> ${from.target()}`]);
  }
  return files;
}

function userEnvOf(from: Random): Readonly<Record<string, string>> {
  const all: Record<string, string> = {};
  for (let left = from.int(3); left > 0; left--)
    all[from.pick(["FOO", "PATH", "BP_X", "LD_LIBRARY_PATH", "A.append", "with-dash", "CNB_X", "ü"])] = from
      .value()
      .toWellFormed();
  return all;
}
