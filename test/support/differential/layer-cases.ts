import { type Combination, layer, type Script, script, text } from "./combination.ts";

const one = (build: string, more: Script = {}) => script("test/one", { ...more, build });

/** Runs lines in the first build, others in the next. */
const firstThen = (first: string, then: string) => `if test "$BP_STEP" = 2; then :\n${then}\nelse :\n${first}\nfi\n`;
const twoSteps = [{ userEnv: { BP_STEP: "1" } }, { userEnv: { BP_STEP: "2" } }];

/** One layer with each set of types, as the buildpack leaves it in the first build and in the next. */
const types = ["launch", "build", "cache", "build cache", "launch cache", "build launch", "build launch cache", ""];

const layersByType: readonly Combination[] = types.flatMap((type) => [
  {
    name: `a layer with ${type === "" ? "no types" : `the types ${type}`} that is recreated`,
    buildpacks: [one(layer("made", type, { metadata: 'v = "1"' }))],
  },
  {
    name: `a layer with ${type === "" ? "no types" : `the types ${type}`} that is kept if it was restored`,
    buildpacks: [
      one(
        firstThen(
          layer("kept", type, { metadata: 'v = "1"' }),
          `cat kept.toml 2>/dev/null || echo none
${text(
  "kept.toml",
  `[types]\n${type
    .split(" ")
    .filter(Boolean)
    .map((each) => `${each} = true`)
    .join("\n")}\n[metadata]\nv = "1"`,
)}
mkdir -p kept; echo more >> kept/file`,
        ),
      ),
    ],
    steps: twoSteps,
  },
]);

const changes: readonly Combination[] = [
  {
    name: "a launch layer whose metadata is kept without its files",
    buildpacks: [
      one(
        firstThen(
          layer("kept", "launch", { metadata: "n = 1" }),
          'printf "[types]\\nlaunch = true\\n[metadata]\\nn = 1\\n" > kept.toml',
        ),
      ),
    ],
    steps: twoSteps,
  },
  {
    name: "a launch layer with changed metadata and no files",
    buildpacks: [
      one(
        firstThen(
          layer("kept", "launch", { metadata: "n = 1" }),
          'printf "[types]\\nlaunch = true\\n[metadata]\\nn = 2\\n" > kept.toml',
        ),
      ),
    ],
    steps: twoSteps,
  },
  {
    name: "a layer that the next build does not declare",
    buildpacks: [
      one(firstThen(layer("a", "launch") + layer("b", "build launch cache"), layer("b", "build launch cache"))),
    ],
    steps: [...twoSteps, { userEnv: { BP_STEP: "1" } }],
  },
  {
    name: "a layer that the next build removes with its TOML file",
    buildpacks: [one(firstThen(layer("a", "launch cache") + layer("b", "launch"), "rm -rf a a.toml"))],
    steps: twoSteps,
  },
  {
    name: "a layer that is renamed",
    buildpacks: [one(firstThen(layer("a", "launch"), layer("b", "launch")))],
    steps: twoSteps,
  },
  {
    name: "a layer that changes its types",
    buildpacks: [one(firstThen(layer("a", "launch cache"), layer("a", "build cache")))],
    steps: [...twoSteps, { userEnv: { BP_STEP: "1" } }],
  },
  {
    name: "layer files that change while the metadata does not",
    buildpacks: [one(firstThen(layer("a", "launch cache", { file: "1" }), layer("a", "launch cache", { file: "2" })))],
    steps: twoSteps,
  },
  {
    name: "a lost cache, and later a lost image",
    buildpacks: [
      one(
        layer("a", "launch cache", { metadata: "n = 1" }) +
          layer("b", "launch", { metadata: "n = 1" }) +
          layer("c", "cache"),
      ),
    ],
    steps: [{}, { lose: "cache" }, { lose: "image" }, {}],
  },
  {
    name: "--clear-cache",
    buildpacks: [one(`${layer("a", "launch cache")}${layer("c", "cache")}printf '[metadata]\\nn = 1\\n' > store.toml`)],
    steps: [{}, { clearCache: true }, {}],
    differs: "store.toml is lost as well",
  },
  {
    name: "a store.toml that is kept, changed and removed",
    buildpacks: [
      one(`case "$BP_STEP" in
1) printf '[metadata]\\ncount = 1\\n[metadata.more]\\nlist = [1, 2]\\n' > store.toml;;
2) printf '[metadata]\\ncount = 2\\n' > store.toml;;
3) ;;
4) rm store.toml;;
esac`),
    ],
    steps: ["1", "2", "3", "4", "5"].map((BP_STEP) => ({ userEnv: { BP_STEP } })),
  },
  {
    name: "another version of the buildpack",
    buildpacks: [one(layer("a", "launch cache", { metadata: "n = 1" }) + layer("b", "launch", { metadata: "n = 1" }))],
    steps: [{}, { buildpacks: [one(layer("a", "launch cache", { metadata: "n = 1" }), { version: "2.0.0" })] }, {}],
  },
  {
    name: "layer metadata of every TOML type",
    buildpacks: [
      one(
        `mkdir a\n${text(
          "a.toml",
          `[types]\nlaunch = true\ncache = true\n[metadata]\nint = 1\nbig = 9007199254740993\nnegative = -3\nfloat = 1.5\nwhole = 2.0\nsmall = 1e-7\nlarge = 1e21\nyes = true\ntext = 'a<b>&c "q" \\u2028'\nlines = """\none\ntwo"""\ndate = 1979-05-27T07:32:00Z\nempty = []\nlist = [1, 2, 3]\nmixed = ["a", 1]\n"quoted key" = 1\n"ünïcode" = "日本"\n[metadata.table]\n[metadata.table.deep]\nn = 1\n[[metadata.tables]]\nn = 1\n[[metadata.tables]]\nn = 2`,
        )}`,
      ),
    ],
  },
  {
    name: "files of every kind in a layer",
    buildpacks: [
      one(`mkdir -p a/empty a/deep/er "a/with space" "a/ünïcode-日本" a/mode
printf x > a/file; ln a/file a/hard; ln -s file a/link; ln -s /absolute a/absolute; ln -s nowhere a/dangling; ln -s deep a/to-folder
for m in 400 644 755 777 4755 2755; do echo $m > a/mode/$m; chmod $m a/mode/$m; done
chmod 1777 a/empty; chmod 700 a/deep
printf 'a' > 'a/new
line'; printf b > a/-dash; printf c > 'a/back\\slash'; printf d > a/.hidden; printf e > 'a/quote"'
n=0; p=a/long; while test $n -lt 12; do p="$p/folder-with-a-long-name-$n"; n=$((n+1)); done; mkdir -p "$p"; echo deep > "$p/file"
printf '[types]\\nlaunch = true\\ncache = true\\n' > a.toml`),
    ],
  },
  {
    name: "layers with unusual names",
    buildpacks: [
      one(
        ["with space", "ünïcode", "UPPER", "a.b.c", "-dash", "123", "under_score"]
          .map((name) => layer(`./${name}`, "launch cache"))
          .join(""),
      ),
    ],
  },
  {
    name: "thirty layers",
    buildpacks: [
      one(
        `n=0; while test $n -lt 30; do mkdir l$n; echo $n > l$n/f; printf '[types]\\nlaunch = true\\ncache = true\\n' > l$n.toml; n=$((n+1)); done`,
      ),
    ],
  },
  {
    name: "a layer without files",
    buildpacks: [one(`printf '[types]\\nlaunch = true\\nbuild = true\\ncache = true\\n' > a.toml`)],
  },
  {
    name: "an empty layer",
    buildpacks: [one(`mkdir a; printf '[types]\\nlaunch = true\\ncache = true\\n' > a.toml`)],
  },
  {
    name: "a layers directory with files that are not layers",
    buildpacks: [one(`mkdir stray; echo x > stray/file; echo y > readme.txt; ${layer("a", "launch")}`)],
  },
  { name: "a layer's TOML file that is not TOML", buildpacks: [one(`mkdir a; echo '[types' > a.toml`)] },
  {
    name: "a layer's TOML file with unknown keys",
    buildpacks: [one(`mkdir a; printf 'more = 1\\n[types]\\nlaunch = true\\nother = true\\n' > a.toml`)],
  },
  {
    name: "layer types at the top level, as before Buildpack API 0.6",
    buildpacks: [one(`mkdir a; printf 'launch = true\\ncache = true\\n' > a.toml`)],
  },
];

const sboms: readonly Combination[] = [
  {
    name: "SBOMs of layers, of the build and of the launch image",
    buildpacks: [
      one(
        `${layer("a", "launch cache")}${layer("b", "build")}${layer("c", "cache")}
for f in cdx spdx syft; do for p in a b c launch build; do echo "{\\"of\\": \\"$p\\"}" > $p.sbom.$f.json; done; done`,
        {
          toml: 'sbom-formats = ["application/vnd.cyclonedx+json", "application/spdx+json", "application/vnd.syft+json"]',
        },
      ),
    ],
    steps: [{}, {}, { lose: "cache" }],
  },
  {
    name: "an SBOM that the next build does not write",
    buildpacks: [
      one(
        firstThen(
          `${layer("a", "launch")}echo '{"n":1}' > a.sbom.cdx.json; echo '{"n":2}' > launch.sbom.cdx.json`,
          `printf '[types]\\nlaunch = true\\n' > a.toml`,
        ),
        { toml: 'sbom-formats = ["application/vnd.cyclonedx+json"]' },
      ),
    ],
    steps: twoSteps,
  },
  {
    name: "an SBOM in a format that is not declared",
    buildpacks: [
      one(`${layer("a", "launch")}echo '{}' > a.sbom.spdx.json`, {
        toml: 'sbom-formats = ["application/vnd.cyclonedx+json"]',
      }),
    ],
  },
  {
    name: "an SBOM of a layer that does not exist",
    buildpacks: [one(`echo '{}' > none.sbom.cdx.json`, { toml: 'sbom-formats = ["application/vnd.cyclonedx+json"]' })],
  },
];

export const layerCases: readonly Combination[] = [...layersByType, ...changes, ...sboms];
