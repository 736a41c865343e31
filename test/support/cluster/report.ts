import type { Outcome } from "../cnb.ts";

type Kubectl = (args: readonly string[]) => Promise<Outcome>;

/** Everything that shows why something in a namespace failed: pods, containers, logs and events. */
export async function failureReport(kubectl: Kubectl, namespace: string): Promise<string> {
  const { stdout } = await kubectl(["get", "pods", "--namespace", namespace, "--output=json"]);
  const pods: readonly Pod[] = stdout === "" ? [] : JSON.parse(stdout).items;
  const described = await Promise.all(pods.map(async (pod) => `${summary(pod)}${await logs(kubectl, pod)}`));
  const sorted = ["--sort-by=.lastTimestamp", "--output=custom-columns=:.involvedObject.name,:.reason,:.message"];
  const events = await kubectl(["get", "events", "--namespace", namespace, ...sorted]);
  return [...described, `events:${events.stdout}${events.stderr}`].join("\n");
}

/** The parts of a pod that show a failure. */
interface Pod {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly status: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

interface ContainerStatus {
  readonly name: string;
  readonly state: unknown;
  readonly lastState: unknown;
}

function summary({ metadata, status }: Pod): string {
  const reasons = [status.phase, status.reason, status.message].filter(Boolean).join(", ");
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].map(
    ({ name, state, lastState }) =>
      `  container ${name}: ${JSON.stringify(state)} before: ${JSON.stringify(lastState)}\n`,
  );
  return `pod ${metadata.name}: ${reasons}\n${containers.join("")}`;
}

async function logs(kubectl: Kubectl, { metadata: { name, namespace } }: Pod): Promise<string> {
  const options = ["--all-containers", "--prefix", "--ignore-errors", "--tail=60"];
  const { stdout, stderr } = await kubectl(["logs", name, "--namespace", namespace, ...options]);
  return `${stdout}${stderr}`;
}
