import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { defined } from "../defined.ts";
import { CnbError } from "../errors.ts";
import { decideNames, decideRebase } from "./decide.ts";
import { type BuildKind, buildKinds } from "./kind-names.ts";
import { manifestOf, rebaseManifestOf } from "./kinds.ts";
import type { EmitPlan, RebasePlan } from "./plan.ts";
import { renderYaml } from "./yaml.ts";

const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`;

const plan: EmitPlan = {
  ...decideNames({ image: "registry.example.com/acme/shop:1" }),
  version: "0.1.0",
  builder: {
    pinned: `registry.example.com/builder:1@${digestOf("b")}`,
    uid: 1001,
    gid: 1000,
    platformApi: "0.15",
  },
  env: [
    { name: "BP_NODE_VERSION", value: "24" },
    { name: "GREETING", value: "it's $(params.image)\n- no" },
  ],
  jobImage: `docker.io/library/node:24@${digestOf("9")}`,
  kubernetes: { git: "https://example.com/shop.git", revision: "main", namespace: "shop" },
  shipwright: { git: "https://example.com/shop.git", revision: "main", namespace: "shop" },
  kpack: {
    stackId: "any",
    buildImage: `registry.example.com/base-build:1@${digestOf("c")}`,
    runImage: `registry.example.com/base-run:1@${digestOf("d")}`,
    lifecycleImage: `registry.example.com/lifecycle:0.21.0@${digestOf("e")}`,
    builderTag: "registry.example.com/builder:kpack",
    order: [
      {
        group: [
          { id: "libcnb/ca-certificates", optional: true },
          { id: "libcnb/nodejs", version: "1.0.0" },
        ],
      },
      { group: [{ id: "libcnb/python" }] },
    ],
    git: "https://example.com/shop.git",
    revision: "main",
    namespace: "default",
  },
};

const rebase: RebasePlan = {
  name: "images",
  version: "0.1.0",
  namespace: "shop",
  filter: "registry.example.com/shop/*:latest",
  shards: 8,
  jobImage: `docker.io/library/node:24@${digestOf("9")}`,
};

/** The extensions of the manifests that are not YAML. */
const extensions: Partial<Record<BuildKind, string>> = {
  jenkins: "Jenkinsfile",
  "spring-maven": "xml",
  "spring-gradle": "gradle",
};
const snapshotOf = (kind: BuildKind, variant: string) =>
  `__snapshots__/${kind}${variant}.${extensions[kind] ?? "yaml"}`;
const yamlKinds = buildKinds.filter((kind) => extensions[kind] === undefined);

test.each(buildKinds)("the manifest for the system %s equals its snapshot file", async (kind) =>
  expect(manifestOf(kind, plan)).toMatchFileSnapshot(snapshotOf(kind, "")),
);

test.each(buildKinds)(
  "the manifest for %s of an app in a subdirectory with its own run image equals its snapshot file",
  (kind) =>
    expect(
      manifestOf(kind, {
        ...plan,
        path: "apps/shop",
        runImage: `registry.example.com/run:2@${digestOf("f")}`,
        env: [],
      }),
    ).toMatchFileSnapshot(snapshotOf(kind, "-directory")),
);

/** The kinds whose manifest runs cnb in the builder, if the builder contains cnb. */
const kindsInBuilder = ["bitbucket", "github", "gitlab", "kubernetes", "tekton", "woodpecker"] as const;
const planWithCnb: EmitPlan = { ...plan, builder: { ...plan.builder, cnb: "0.1.0" } };

test.each(kindsInBuilder)("the manifest for %s and a builder with cnb equals its snapshot file", (kind) =>
  expect(manifestOf(kind, planWithCnb)).toMatchFileSnapshot(snapshotOf(kind, "-cnb")),
);

test.each(kindsInBuilder)("the manifest for %s and a builder with cnb installs neither Node.js nor packages", (kind) =>
  expect(manifestOf(kind, planWithCnb)).not.toMatch(/npx|npm |setup-node|\/tools|creator/),
);

test.each(buildKinds.filter((kind) => !kindsInBuilder.some((each) => each === kind)))(
  "the manifest for %s does not depend on cnb in the builder",
  (kind) => expect(manifestOf(kind, planWithCnb)).toBe(manifestOf(kind, plan)),
);

test("the Job for kubernetes-rebase with a builder that contains cnb equals its snapshot file", () =>
  expect(rebaseManifestOf({ ...rebase, builder: planWithCnb.builder })).toMatchFileSnapshot(
    "__snapshots__/kubernetes-rebase-cnb.yaml",
  ));

const tekton = { git: "https://example.com/shop.git", revision: "v1$(HOME)$$(HOME)" };

test.each([
  ["the lifecycle", plan, "-pipeline"],
  ["cnb", planWithCnb, "-pipeline-cnb"],
] as const)("the Pipeline of Tekton that builds with %s equals its snapshot file", (_, base, variant) =>
  expect(manifestOf("tekton", { ...base, tekton })).toMatchFileSnapshot(snapshotOf("tekton", variant)),
);

test("a Pipeline of Tekton with another builder has a run with another name", () => {
  const runOf = (base: EmitPlan): string =>
    parseAllDocuments(manifestOf("tekton", { ...base, tekton })).map((document) => document.toJS())[3].metadata.name;
  expect(runOf(plan)).toMatch(/^build-shop-[0-9a-f]{8}$/);
  expect(runOf(plan)).not.toBe(runOf(planWithCnb));
});

const cnbImage = `registry.example.com/cnb:0.1.0@${digestOf("a")}`;

test("the Job for kubernetes-rebase with the image of cnb equals its snapshot file", () =>
  expect(rebaseManifestOf({ ...rebase, cnbImage })).toMatchFileSnapshot(
    "__snapshots__/kubernetes-rebase-cnb-image.yaml",
  ));

test("the Job for kubernetes-rebase with the image of cnb starts no shell", () => {
  const runImage = `registry.example.com/run:2@${digestOf("f")}`;
  const { spec } = parse(rebaseManifestOf({ ...rebase, cnbImage, runImage }));
  const [container] = spec.template.spec.containers;
  expect(container).toMatchObject({ image: cnbImage, args: expect.arrayContaining(["--run-image", "$(RUN_IMAGE)"]) });
  expect(container).not.toHaveProperty("command");
});

test("the CronJob for kubernetes equals its snapshot file", () => {
  const kubernetes = {
    git: "https://example.com/shop.git",
    revision: "v1$(HOME)$$(HOME)",
    namespace: "shop",
    schedule: "0 3 * * *",
  };
  return expect(manifestOf("kubernetes", { ...plan, kubernetes })).toMatchFileSnapshot(
    snapshotOf("kubernetes", "-cron"),
  );
});

test("the Job for kubernetes-rebase equals its snapshot file", () =>
  expect(rebaseManifestOf(rebase)).toMatchFileSnapshot("__snapshots__/kubernetes-rebase.yaml"));

test.each([undefined, cnbImage])(
  "the Job for kubernetes-rebase keeps the pods of a failed part, and does not end the other parts (image of cnb: %s)",
  (given) => {
    const { spec } = parse(rebaseManifestOf({ ...rebase, ...defined({ cnbImage: given }) }));
    expect(spec).toMatchObject({ backoffLimitPerIndex: 1, template: { spec: { restartPolicy: "Never" } } });
    expect(spec).not.toHaveProperty("backoffLimit");
    expect(spec).not.toHaveProperty("maxFailedIndexes");
  },
);

test("the Job for kubernetes-rebase does not count the disruption of a pod as a failure of its part", () => {
  const { podFailurePolicy } = parse(rebaseManifestOf(rebase)).spec;
  const onPodConditions = [{ type: "DisruptionTarget", status: "True" }];
  expect(podFailurePolicy).toEqual({ rules: [{ action: "Ignore", onPodConditions }] });
});

test("the CronJob for kubernetes-rebase with a run image equals its snapshot file", () =>
  expect(
    rebaseManifestOf({ ...rebase, schedule: "@daily", runImage: `registry.example.com/run:2@${digestOf("f")}` }),
  ).toMatchFileSnapshot("__snapshots__/kubernetes-rebase-cron.yaml"));

test("a Job for kubernetes with other contents has another name", () => {
  const nameOf = (text: string): string => parse(text).metadata.name;
  expect(nameOf(rebaseManifestOf(rebase))).toMatch(/^rebase-images-[0-9a-f]{8}$/);
  expect(nameOf(rebaseManifestOf({ ...rebase, shards: 9 }))).not.toBe(nameOf(rebaseManifestOf(rebase)));
});

/** The manifests that contain the image of the job. */
const jobManifests: Readonly<Record<string, (jobImage: string) => string>> = {
  gitlab: (jobImage) => manifestOf("gitlab", { ...plan, jobImage }),
  kubernetes: (jobImage) => manifestOf("kubernetes", { ...plan, jobImage }),
  "kubernetes and a builder with cnb": (jobImage) => manifestOf("kubernetes", { ...planWithCnb, jobImage }),
  "kubernetes-rebase": (jobImage) => rebaseManifestOf({ ...rebase, jobImage }),
  "the Pipeline of Tekton": (jobImage) => manifestOf("tekton", { ...plan, tekton, jobImage }),
};

test.each(Object.entries(jobManifests))(
  "the manifest for %s contains the command that prints the missing digest of the image of the job",
  (_, manifest) => {
    const name = "registry.example.com/tools/node:24";
    const [unpinned, pinned] = [manifest(name), manifest(`${name}@${digestOf("9")}`)];
    expect(unpinned).toContain(`# cnb image digest ${name}\n`);
    expect(unpinned).toContain(`--job-image ${name}@sha256:…\n`);
    expect(unpinned).toMatch(/image: registry\.example\.com\/tools\/node:24\n/);
    expect(pinned).not.toContain("Not pinned");
    expect(pinned).toContain(`image: ${name}@${digestOf("9")}\n`);
  },
);

/** All strings of a value. */
const stringsIn = (value: unknown): readonly string[] => {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsIn) : [];
};

test.each(buildKinds)("the manifest for the system %s names each input image with its digest", (kind) => {
  const inputs = manifestOf(kind, plan).match(/registry\.example\.com\/(builder:1|base|lifecycle)[^\s"'<]*/g) ?? [];
  expect(inputs.length).toBeGreaterThan(0);
  for (const input of inputs) expect(input).toMatch(/@sha256:[0-9a-f]{64}$/);
});

test.each(yamlKinds)(
  "the manifest for the system %s contains no string that a YAML 1.1 parser reads as another type",
  (kind) => {
    const strings = (version: "1.1" | "1.2") =>
      stringsIn(parseAllDocuments(manifestOf(kind, plan), { version }).map((document) => document.toJS()));
    expect(strings("1.1")).toEqual(strings("1.2"));
  },
);

test("the Tekton manifest passes environment variables of project.toml as arguments, not as text of its script", () => {
  const { spec } = parse(manifestOf("tekton", plan));
  expect(spec.params[2].default).toEqual(["BP_NODE_VERSION=24", "GREETING=it's $$(params.image)\n- no"]);
  expect(spec.steps[0].script).not.toContain("GREETING");
  expect(spec.steps[0].script).not.toContain("$(params");
});

test.each([plan, planWithCnb])("the Task of Tekton mounts no workspace in /workspace, where the app is", (each) => {
  const { workspaces } = parse(manifestOf("tekton", each)).spec;
  for (const { mountPath } of workspaces) expect(mountPath).toMatch(/^\/(?!workspace)/);
});

test("the Shipwright manifest passes environment variables of project.toml as arguments, not as text of its script", () => {
  const [strategy, build] = parseAllDocuments(manifestOf("shipwright", plan)).map((document) => document.toJS());
  expect(build.spec.paramValues[1]).toEqual({
    name: "env",
    values: [{ value: "BP_NODE_VERSION=24" }, { value: "GREETING=it's $$(params.image)\n- no" }],
  });
  const [{ command, args }] = strategy.spec.steps;
  expect(args).toEqual(["build-and-push", "$(params.env[*])"]);
  expect(command[2]).not.toContain("GREETING");
  expect(command[2]).not.toContain("$(params");
});

test.each([
  ["no", '"no"'],
  ["on", '"on"'],
  ["12:30", '"12:30"'],
  ["0o17", '"0o17"'],
  ["1_000", '"1_000"'],
  ["2026-01-31", '"2026-01-31"'],
  ["# no comment", '"# no comment"'],
])("the string %j is quoted, so that YAML 1.1 parsers read a string", (text, written) =>
  expect(renderYaml("test", [{ value: { key: text } }]).replaceAll("'", '"')).toBe(`# test\nkey: ${written}\n`),
);

test("the configuration for spring-maven keeps spaces around the value of an environment variable", () => {
  const manifest = manifestOf("spring-maven", { ...plan, env: [{ name: "A", value: " x\n" }] });
  expect(manifest).toContain('<A xml:space="preserve"> x\n</A>');
});

/** Values that YAML, a shell or a CI system could change. */
const hostileValues = [
  `it's $(id) $\{HOME} $HOME $$ \`id\` "quoted" \\ back\\slash`,
  "lines\n  indented: #no\n\n- trailing  \n\n",
  "carriage\r\nreturn\ttab",
  "-n",
  "",
];

/** The script of a manifest, as its CI system passes the script to a shell. */
const scripts = {
  bitbucket: (text: string) => parse(text).pipelines.branches.main[0].step.script[0],
  woodpecker: (text: string) => parse(text.replaceAll("$$", "$")).steps[0].commands[0],
} as const;

test.each(
  Object.entries(scripts).flatMap(([kind, scriptOf]) => hostileValues.map((value) => [kind, value, scriptOf] as const)),
)("the script for %s writes the value %j of an environment variable in single quotes", (kind, value, scriptOf) => {
  const script = scriptOf(manifestOf(kind as BuildKind, { ...plan, env: [{ name: "A", value }] }));
  expect(script).toContain(`\nprintf %s '${value.replaceAll("'", `'\\''`)}' >"$platform/env/A"\n`);
});

test("the manifest for woodpecker contains no single dollar sign, which Woodpecker could replace", () => {
  const env = hostileValues.map((value, index) => ({ name: `V${index}`, value }));
  expect(manifestOf("woodpecker", { ...plan, env }).replaceAll("$$", "")).not.toContain("$");
});

test.each([
  ["bitbucket", `printf %s 'x' >"$platform/env/my.setting-1"`],
  ["spring-maven", "<my.setting-1>x</my.setting-1>"],
  ["spring-gradle", "'my.setting-1': 'x',"],
] as const)(
  "the manifest for %s accepts dots and hyphens in names of variables, as project.toml does",
  (kind, expected) =>
    expect(manifestOf(kind, { ...plan, env: [{ name: "my.setting-1", value: "x" }] })).toContain(expected),
);

test("the concurrency group for bitbucket has at most 50 characters", () => {
  const { step } = parse(manifestOf("bitbucket", { ...plan, name: "x".repeat(52) })).pipelines.branches.main[0];
  expect(step["concurrency-group"]).toBe(`build-${"x".repeat(44)}`);
});

test.each([
  ["bitbucket", "a space in its name", { name: "A B", value: "" }, '"A B" in project.toml is not a name of a variable'],
  ["woodpecker", "quotes in its name", { name: '"; id; "', value: "" }, "in project.toml is not a name of a variable"],
  [
    "spring-maven",
    "a space in its name",
    { name: "A B", value: "" },
    '"A B" in project.toml is not a name of a variable',
  ],
  [
    "spring-gradle",
    "a colon in its name",
    { name: "a: 1, b", value: "" },
    "in project.toml is not a name of a variable",
  ],
  [
    "spring-maven",
    "a property of Maven in its value",
    { name: "HOME_DIR", value: `$\{user.home}` },
    `HOME_DIR in project.toml contains "$\{", which Maven would replace with a property`,
  ],
] as const)("the manifest for %s is refused if an environment variable has %s", (kind, _, variable, message) =>
  expect(() => manifestOf(kind, { ...plan, env: [variable] })).toThrow(message),
);

test("a manifest comment for a missing path is an error", () =>
  expect(() => renderYaml("test", [{ value: { a: 1 }, comments: [[["b"], "lost"]] }])).toThrow(
    "cannot add a comment to the manifest: it has no value at b",
  ));

test("names in a manifest are derived from the image name", () =>
  expect(decideNames({ image: "registry.example.com/acme/my_shop.web" })).toEqual({
    name: "my-shop-web",
    image: "registry.example.com/acme/my_shop.web:latest",
    repository: "registry.example.com/acme/my_shop.web",
    cacheImage: "registry.example.com/acme/my_shop.web:cache",
    path: ".",
  }));

const image = "registry.example.com/shop";
const imageWithDigest = `${image}@${digestOf("a")}`;

test.each([
  [{ image: "oci:dist/shop" }, "the image to build, oci:dist/shop, is not in a registry"],
  [{ image: imageWithDigest }, "has a digest"],
  [{ image, cacheImage: "oci:cache" }, "the cache image, oci:cache, is not in a registry"],
  [{ image, name: "Shop" }, '"Shop" is not a name for Kubernetes objects and jobs'],
  [{ image, name: "a\nb: c" }, "is not a name for Kubernetes objects and jobs"],
  [{ image, name: "x".repeat(53) }, "is not a name for Kubernetes objects and jobs"],
  [{ image, path: "/etc" }, "--path /etc is not a directory below the root of the app's repository"],
  [{ image, path: "a/../../b" }, "is not a directory below the root"],
  [{ image, path: `$\{{ secrets.TOKEN }}` }, "is not a directory below the root"],
  [{ image, path: "-x" }, "is not a directory below the root"],
])("a manifest with the options %j is refused with the error %j", (given, message) => {
  expect(() => decideNames(given)).toThrow(CnbError);
  expect(() => decideNames(given)).toThrow(message);
});

const filter = "example.com/shop/*:latest";

test.each([
  [{ shards: "4" }, "cnb emit kubernetes-rebase needs a pattern of image names"],
  [{ filter: "*", shards: "4" }, "--filter * is not a pattern of image names"],
  [{ filter, shards: "0" }, "--shards 0 is not a number of pods"],
  [{ filter, shards: "1e3" }, "--shards 1e3 is not a number of pods"],
  [{ filter, shards: "4", schedule: "daily" }, '--schedule "daily" is not a schedule of cron'],
  [{ filter, shards: "4", schedule: "0 3 * * *\nx: y" }, "is not a schedule of cron"],
  [{ filter, shards: "4", name: "x".repeat(45) }, "is too long for the name of a Job"],
])("a Job that rebases images with the options %j is refused", (given, message) =>
  expect(() => decideRebase(given)).toThrow(message),
);

test("manifests of equal inputs are equal", () => {
  for (const kind of buildKinds satisfies readonly BuildKind[])
    expect(manifestOf(kind, structuredClone(plan))).toBe(manifestOf(kind, plan));
});
