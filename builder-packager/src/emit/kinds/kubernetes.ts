import { createHash } from "node:crypto";
import { defined, unlessEmpty } from "../../defined.ts";
import type { EmitPlan, KubernetesPlan, RebasePlan } from "../plan.ts";
import { type Manifest, renderYaml } from "../yaml.ts";
import {
  builderAsImage,
  doubledDollars,
  jobImageComment,
  npxCnb,
  restricted,
  variablesInBuilder,
  writtenBy,
} from "./common.ts";

const buildHeading = (plan: EmitPlan, { namespace, schedule }: KubernetesPlan) => `${writtenBy(plan, "kubernetes")}
${schedule === undefined ? "A Job that builds" : "A CronJob that builds"} the image in a container of the builder, by the Pod Security Standard
"restricted". It reads these objects in the namespace, if they exist:
- Secret ${loginOf(plan.name)}, the login of the registry:
  kubectl create secret docker-registry ${loginOf(plan.name)} -n ${namespace} --docker-server=… --docker-username=…
- Secret ${plan.name}-git with the key .git-credentials, the login of the repository
- ConfigMap ${plan.name}-ca with the key ca.crt, the CA certificate of the registries and the repository
${schedule === undefined ? again : "To build at once: kubectl create job --from=cronjob/…"}`;

const again = "The Job's name depends on its contents. To run it again: kubectl replace --force -f FILE";

const loginOf = (name: string): string => `${name}-registry`;

/**
 * Fetches one commit of a branch, a tag or a hash. The commit is a tag of the image. The variable of
 * git replaces the CA certificates of the system, so the file contains these, too.
 */
const fetchScript = `set -eu
if [ -e /ca/ca.crt ]; then
  cat /etc/ssl/certs/ca-certificates.crt /ca/ca.crt >/tmp/ca.crt || true
  export GIT_SSL_CAINFO=/tmp/ca.crt
fi
git init --quiet /source/app
cd /source/app
git fetch --quiet --depth 1 -- "$GIT_URL" "$REVISION"
git checkout --quiet --detach FETCH_HEAD
git rev-parse HEAD >/source/revision
`;

/** Copies Node.js and cnb to where the container of the builder finds them. */
const installScript = `set -eu
if [ -e /ca/ca.crt ]; then export NODE_EXTRA_CA_CERTS=/ca/ca.crt; fi
npm install --no-audit --no-fund --no-save --prefix /tools "$CNB_PACKAGE"
cp "$(command -v node)" /tools/node
`;

const buildScript = ({ runImage, path, builder }: EmitPlan): string => `set -eu
set -- build "$IMAGE" --tag "$REPOSITORY:$(cat /source/revision)" --path ${path === "." ? "/source/app" : '"/source/app/$APP"'}
set -- "$@" --backend direct --cache-image "$CACHE_IMAGE"${runImage === undefined ? "" : ' --run-image "$RUN_IMAGE"'}
if [ -e /ca/ca.crt ]; then set -- "$@" --ca-cert /ca/ca.crt --registry-ca-cert /ca/ca.crt; fi
exec ${builder.cnb === undefined ? "/tools/node /tools/node_modules/@libcnb/packager/bin/cnb.js" : "cnb"} "$@"
`;

/** A Job or CronJob that runs `cnb build` in a container of the builder. */
export function kubernetesManifest(plan: EmitPlan, kubernetes: KubernetesPlan): string {
  const install = plan.builder.cnb === undefined ? [installContainer(plan)] : [];
  const tools = install.length > 0 ? ["tools"] : [];
  const spec = {
    // A failed build is tried once more.
    backoffLimit: 1,
    ...jobLimits,
    template: {
      spec: {
        ...podOf({ name: plan.name, gid: plan.builder.gid }, [
          {
            name: "source",
            image: plan.jobImage,
            command: shell(fetchScript),
            env: variables({
              HOME: "/tmp",
              GIT_URL: kubernetes.git,
              REVISION: kubernetes.revision,
              GIT_TERMINAL_PROMPT: "0",
              GIT_CONFIG_COUNT: "1",
              GIT_CONFIG_KEY_0: "credential.helper",
              GIT_CONFIG_VALUE_0: "store --file=/git/.git-credentials",
            }),
            securityContext: restricted(plan.builder),
            resources: small,
            volumeMounts: [mount("source"), mount("tmp"), readOnly("git"), readOnly("ca")],
          },
          ...install,
        ]),
        containers: [
          {
            name: "build",
            image: plan.builder.pinned,
            workingDir: "/",
            command: shell(buildScript(plan)),
            env: variables({
              HOME: "/tmp",
              DOCKER_CONFIG: "/login",
              LIBCNB_CACHE_DIR: "/tmp/cnb",
              ...variablesInBuilder(plan),
            }),
            securityContext: restricted(plan.builder),
            resources: large,
            volumeMounts: [
              ...["source", ...tools].map(readOnly),
              ...["workspace", "layers", "tmp"].map(mount),
              ...["login", "ca"].map(readOnly),
            ],
          },
        ],
        volumes: [
          ...["source", ...tools, "workspace", "layers", "tmp"].map((name) => ({ name, emptyDir: {} })),
          login(plan.name),
          certificate(plan.name),
          { name: "git", secret: { secretName: `${plan.name}-git`, optional: true } },
        ],
      },
    },
  };
  const object = { ...kubernetes, name: `build-${plan.name}`, spec };
  const pod = podPath(object);
  return renderYaml(buildHeading(plan, kubernetes), [
    {
      value: jobOf(object),
      comments: [
        ...scheduleComments(object),
        [
          [...pod, "initContainers", 0, "image"],
          jobImageComment(
            plan,
            install.length > 0 ? "An image with git and Node.js 22.15 or newer." : "An image with git.",
          ),
        ],
        [
          [...pod, "containers", 0, "image"],
          install.length > 0 ? "Pinned by digest. Run cnb emit again to use a newer builder." : builderAsImage,
        ],
        [[...pod, "containers", 0, "securityContext"], "The numbers are those of the builder's user."],
      ],
    },
  ]);
}

const installContainer = (plan: EmitPlan) => ({
  name: "cnb",
  image: plan.jobImage,
  command: shell(installScript),
  env: variables({ HOME: "/tmp", CNB_PACKAGE: `@libcnb/packager@${plan.version}` }),
  securityContext: restricted(plan.builder),
  resources: small,
  volumeMounts: [mount("tools"), mount("tmp"), readOnly("ca")],
});

const rebaseHeading = (plan: RebasePlan) => `${writtenBy(plan, "kubernetes-rebase")}
${plan.schedule === undefined ? "A Job that moves" : "A CronJob that moves"} all images of a pattern onto their current run images, by the Pod Security
Standard "restricted". Each of its pods rebases one part of the images, without coordination. It
reads these objects in the namespace, if they exist:
- Secret ${loginOf(plan.name)}, the login of the registry:
  kubectl create secret docker-registry ${loginOf(plan.name)} -n ${plan.namespace} --docker-server=… --docker-username=…
- ConfigMap ${plan.name}-ca with the key ca.crt, the CA certificate of the registry
${plan.schedule === undefined ? again : "To rebase at once: kubectl create job --from=cronjob/…"}`;

/** `cnb` prints the error of each image, so the log of the pod contains it. */
const rebaseScript = (plan: RebasePlan): string => `set -eu
set -- rebase --filter "$FILTER" --shard "$((JOB_COMPLETION_INDEX + 1))/$SHARDS"${plan.runImage === undefined ? "" : ' --run-image "$RUN_IMAGE"'}
if [ -e /ca/ca.crt ]; then set -- "$@" --ca-cert /ca/ca.crt; fi
exec ${plan.builder === undefined ? npxCnb(plan) : "cnb"} "$@"
`;

/** The command line for the image of `cnb`, which has no shell. Kubernetes replaces the variables. */
const rebaseArguments = (plan: RebasePlan): readonly string[] => [
  "rebase",
  "--filter",
  "$(FILTER)",
  "--shard",
  "$(JOB_COMPLETION_INDEX)+1/$(SHARDS)",
  ...(plan.runImage === undefined ? [] : ["--run-image", "$(RUN_IMAGE)"]),
];

/** The user `node` of the images of Node.js. */
const nodeUser = { uid: 1000, gid: 1000 };

/** The image of `cnb` runs as any user. */
const cnbUser = { uid: 65_532, gid: 65_532 };

/** How the pods of a rebase start `cnb`, with the comment on their image. */
function rebaseRunner(plan: RebasePlan) {
  const { cnbImage, builder } = plan;
  if (builder === undefined && cnbImage !== undefined)
    return {
      image: cnbImage,
      comment: "The image of cnb, without a shell. Pinned by digest. Run cnb emit again to use a newer one.",
      user: cnbUser,
      start: { args: rebaseArguments(plan) },
      // A directory without certificates is accepted, in contrast to the file of --ca-cert.
      env: { SSL_CERT_DIR: "/ca" },
    };
  const start = { command: shell(rebaseScript(plan)) };
  if (builder !== undefined) return { image: builder.pinned, comment: builderAsImage, user: builder, start, env: {} };
  const comment = jobImageComment(plan, "An image with Node.js 22.15 or newer.");
  return { image: plan.jobImage, comment, user: nodeUser, start, env: {} };
}

/** An indexed Job or CronJob that runs `cnb rebase`, one shard in each pod. */
export function kubernetesRebaseManifest(plan: RebasePlan): string {
  const { image, comment, user, start, env } = rebaseRunner(plan);
  const spec = {
    ...jobLimits,
    // A part of thousands of images takes hours.
    activeDeadlineSeconds: 21_600,
    completionMode: "Indexed",
    completions: plan.shards,
    parallelism: plan.shards,
    // Unlike backoffLimit, this does not end the other parts if one part fails twice.
    backoffLimitPerIndex: 1,
    podFailurePolicy: {
      rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }],
    },
    template: {
      spec: {
        ...podOf({ name: plan.name, gid: user.gid }, []),
        containers: [
          {
            name: "rebase",
            image,
            workingDir: "/tmp",
            ...start,
            env: variables({
              HOME: "/tmp",
              DOCKER_CONFIG: "/login",
              ...env,
              FILTER: plan.filter,
              SHARDS: String(plan.shards),
              ...defined({ RUN_IMAGE: plan.runImage }),
            }),
            securityContext: { ...restricted(user), readOnlyRootFilesystem: true },
            resources: small,
            volumeMounts: [mount("tmp"), readOnly("login"), readOnly("ca")],
          },
        ],
        volumes: [{ name: "tmp", emptyDir: {} }, login(plan.name), certificate(plan.name)],
      },
    },
  };
  const object = { ...plan, name: `rebase-${plan.name}`, spec };
  const pod = podPath(object);
  return renderYaml(rebaseHeading(plan), [
    {
      value: jobOf(object),
      comments: [
        ...scheduleComments(object),
        [[...pod.slice(0, -2), "completions"], "One pod for each part of the images."],
        [
          [...pod.slice(0, -2), "backoffLimitPerIndex"],
          "A failed part is tried once more, and the other parts continue. Kubernetes 1.29 or newer.",
        ],
        [
          [...pod.slice(0, -2), "podFailurePolicy"],
          "The end of a pod by an eviction, a preemption or the drain of its node is not a failure of its part.",
        ],
        [[...pod, "containers", 0, "image"], comment],
      ],
    },
  ]);
}

/** A finished Job is deleted after a day. */
const jobLimits = { activeDeadlineSeconds: 3600, ttlSecondsAfterFinished: 86_400 };

const small = { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "1Gi" } };
const large = { requests: { cpu: "500m", memory: "1Gi" }, limits: { memory: "4Gi" } };

const shell = (script: string) => ["/bin/sh", "-c", script];

/** Kubernetes replaces `$(NAME)` and `$$` in a value, so each dollar sign is doubled. */
const variables = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([name, value]) => ({ name, value: doubledDollars(value) }));

const mount = (name: string) => ({ name, mountPath: `/${name}` });
const readOnly = (name: string) => ({ ...mount(name), readOnly: true });

const login = (name: string) => ({
  name: "login",
  secret: {
    secretName: loginOf(name),
    optional: true,
    items: [{ key: ".dockerconfigjson", path: "config.json" }],
  },
});

const certificate = (name: string) => ({ name: "ca", configMap: { name: `${name}-ca`, optional: true } });

interface PodOptions {
  /** The name of the objects in the manifest. */
  readonly name: string;
  readonly gid: number;
}

/**
 * The pod needs no access to the API server, and its volumes belong to the group of its user. The
 * kubelet pulls the images with the login of the registry, too. It ignores a missing Secret.
 */
const podOf = ({ name, gid }: PodOptions, initContainers: readonly object[]) => ({
  // With OnFailure, Kubernetes would delete the pod of a failed Job, and with it the log.
  restartPolicy: "Never",
  automountServiceAccountToken: false,
  imagePullSecrets: [{ name: loginOf(name) }],
  securityContext: { fsGroup: gid },
  ...defined({ initContainers: unlessEmpty(initContainers) }),
});

interface JobObject {
  readonly name: string;
  readonly namespace: string;
  readonly schedule?: string;
  readonly spec: object;
}

/** A Job cannot be changed, so another Job has another name. */
function jobOf({ name, namespace, schedule, spec }: JobObject): object {
  const labels = { "app.kubernetes.io/managed-by": "cnb" };
  if (schedule !== undefined)
    return {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { name, namespace, labels },
      spec: { schedule, timeZone: "Etc/UTC", concurrencyPolicy: "Forbid", jobTemplate: { spec } },
    };
  const hash = createHash("sha256").update(JSON.stringify(spec)).digest("hex").slice(0, 8);
  return { apiVersion: "batch/v1", kind: "Job", metadata: { name: `${name}-${hash}`, namespace, labels }, spec };
}

const podPath = ({ schedule }: JobObject): readonly string[] =>
  schedule === undefined ? ["spec", "template", "spec"] : ["spec", "jobTemplate", "spec", "template", "spec"];

const scheduleComments = ({ schedule }: JobObject): NonNullable<Manifest["comments"]> =>
  schedule === undefined ? [] : [[["spec", "concurrencyPolicy"], "Two runs at once would write the same images."]];
