import { join } from "node:path";

/** The address of the node, and of everything that runs on it. */
export const nodeAddress = "10.99.0.1";

/** The files of the node's programs. */
export interface NodeFiles {
  readonly dir: string;
  /** The path of each program of Kubernetes. */
  readonly programs: Readonly<
    Record<"kube-apiserver" | "kube-controller-manager" | "kube-scheduler" | "kubelet", string>
  >;
  /** PEM files: the CA certificate, and the certificate of the API server and the registry. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** The users of the API server by name: their groups. The name is also the token. */
const users = {
  admin: ["admin", "system:masters"],
  "kube-controller-manager": ["system:kube-controller-manager", ""],
  "kube-scheduler": ["system:kube-scheduler", ""],
  kubelet: ["system:node:node0", "system:nodes"],
} as const;

/** A name of a kubeconfig file. */
type ClusterUser = keyof typeof users;

/** The ports of the registry. All of them show the same repositories. */
export const registryPorts = {
  /** HTTP, for everyone. */
  open: 5000,
  /** HTTP, with a login. */
  login: 5001,
  /** HTTPS with the certificate of the cluster, with a login. */
  secure: 5443,
} as const;

/** The login of the registry. */
export const registryLogin = { username: "me", password: "secret" } as const;

/** bcrypt of the password, because docker-registry supports nothing else. */
const htpasswd = "me:$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n";

/** All configuration files of the node by name. JSON is YAML. */
export function nodeFiles(files: NodeFiles): Readonly<Record<string, string>> {
  return {
    "programs.sh": programsScript(files),
    "containerd.toml": containerdToml(files),
    "kubelet.yaml": JSON.stringify(kubeletConfiguration),
    "cni/pods.conflist": JSON.stringify(podNetwork),
    "tokens.csv": Object.entries(users)
      .map(([token, [user, groups]]) => `${token},${user},${token},"${groups}"\n`)
      .join(""),
    htpasswd,
    ...Object.fromEntries(
      Object.keys(users).map((user) => [`${user}.kubeconfig`, JSON.stringify(kubeconfig(files, user as ClusterUser))]),
    ),
    ...Object.fromEntries(
      Object.entries(registryPorts).map(([kind, port]) => [
        `registry-${kind}.yaml`,
        JSON.stringify(registry(files, kind as keyof typeof registryPorts, port)),
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(registryPorts).map(([kind, port]) => [
        `registries/${nodeAddress}:${port}/hosts.toml`,
        kind === "secure"
          ? `[host."https://${nodeAddress}:${port}"]\n  ca = "${files.ca}"\n`
          : `[host."http://${nodeAddress}:${port}"]\n  capabilities = ["pull", "resolve"]\n`,
      ]),
    ),
  };
}

function programsScript({ dir, programs, ca, cert, key }: NodeFiles): string {
  const commands: Readonly<Record<string, readonly string[]>> = {
    etcd: ["etcd", "--data-dir=/run/etcd/data", "--log-level=warn"],
    ...Object.fromEntries(
      Object.keys(registryPorts).map((kind) => [
        `registry-${kind}`,
        ["docker-registry", "serve", join(dir, `registry-${kind}.yaml`)],
      ]),
    ),
    git: [process.execPath, join(import.meta.dirname, "git-server.mjs"), join(dir, "git"), cert, key],
    containerd: ["containerd", "--config", join(dir, "containerd.toml")],
    "kube-apiserver": [
      programs["kube-apiserver"],
      "--etcd-servers=http://127.0.0.1:2379",
      `--advertise-address=${nodeAddress}`,
      "--secure-port=6443",
      `--cert-dir=${join(dir, "apiserver")}`,
      `--tls-cert-file=${cert}`,
      `--tls-private-key-file=${key}`,
      `--token-auth-file=${join(dir, "tokens.csv")}`,
      "--authorization-mode=Node,RBAC",
      "--enable-admission-plugins=NodeRestriction",
      "--enable-aggregator-routing=true",
      "--allow-privileged=true",
      "--service-cluster-ip-range=10.96.0.0/16",
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${join(dir, "service-account.pub")}`,
      `--service-account-signing-key-file=${join(dir, "service-account.key")}`,
      "--kubelet-preferred-address-types=InternalIP",
    ],
    "kube-controller-manager": [
      programs["kube-controller-manager"],
      `--kubeconfig=${join(dir, "kube-controller-manager.kubeconfig")}`,
      `--root-ca-file=${ca}`,
      "--use-service-account-credentials=true",
      `--service-account-private-key-file=${join(dir, "service-account.key")}`,
      "--leader-elect=false",
      "--secure-port=0",
    ],
    "kube-scheduler": [
      programs["kube-scheduler"],
      `--kubeconfig=${join(dir, "kube-scheduler.kubeconfig")}`,
      "--leader-elect=false",
      "--secure-port=0",
    ],
    kubelet: [
      programs.kubelet,
      `--config=${join(dir, "kubelet.yaml")}`,
      `--kubeconfig=${join(dir, "kubelet.kubeconfig")}`,
      "--hostname-override=node0",
      `--node-ip=${nodeAddress}`,
    ],
  };
  return Object.entries(commands)
    .map(([name, command]) => `keep ${[name, ...command].map((word) => `'${word}'`).join(" ")}\n`)
    .join("");
}

const containerdToml = ({ dir }: NodeFiles): string => `version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  # Root in a container may not have CAP_SYS_RESOURCE.
  restrict_oom_score_adj = true
  sandbox_image = "${nodeAddress}:${registryPorts.open}/pause:1"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${join(dir, "cni")}"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "${join(dir, "registries")}"
`;

/** Without thresholds of disk space and swap, which are those of the machine of the test. */
const kubeletConfiguration = {
  apiVersion: "kubelet.config.k8s.io/v1beta1",
  kind: "KubeletConfiguration",
  authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
  authorization: { mode: "AlwaysAllow" },
  cgroupDriver: "cgroupfs",
  containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
  evictionHard: { "memory.available": "1Mi", "nodefs.available": "0.1%", "imagefs.available": "0.1%" },
  failCgroupV1: false,
  failSwapOn: false,
  imageGCHighThresholdPercent: 100,
  makeIPTablesUtilChains: false,
  oomScoreAdj: 0,
  registryPullQPS: 0,
  resolvConf: "",
  serializeImagePulls: false,
  volumePluginDir: "/var/lib/kubelet/plugins",
};

const podNetwork = {
  cniVersion: "0.4.0",
  name: "pods",
  plugins: [
    {
      type: "bridge",
      bridge: "cni0",
      isGateway: true,
      ipam: {
        type: "host-local",
        dataDir: "/run/cni",
        ranges: [[{ subnet: "10.99.0.0/24", rangeStart: "10.99.0.16", gateway: nodeAddress }]],
        routes: [{ dst: "0.0.0.0/0" }],
      },
    },
  ],
};

const kubeconfig = ({ ca }: NodeFiles, user: ClusterUser) => ({
  apiVersion: "v1",
  kind: "Config",
  clusters: [{ name: "test", cluster: { server: `https://${nodeAddress}:6443`, "certificate-authority": ca } }],
  users: [{ name: user, user: { token: user } }],
  contexts: [{ name: "test", context: { cluster: "test", user } }],
  "current-context": "test",
});

const registry = ({ dir, cert, key }: NodeFiles, kind: keyof typeof registryPorts, port: number) => ({
  version: "0.1",
  log: { level: "error", accesslog: { disabled: true } },
  storage: { filesystem: { rootdirectory: join(dir, "registry") }, delete: { enabled: true } },
  http: {
    addr: `0.0.0.0:${port}`,
    secret: "of the tests",
    ...(kind === "secure" && { tls: { certificate: cert, key } }),
  },
  ...(kind !== "open" && { auth: { htpasswd: { realm: "test registry", path: join(dir, "htpasswd") } } }),
});
