import { expect, test } from "vitest";
import { refusalIn } from "../../support/cluster/refused-modules.ts";

const zip = "k8s.io/kubernetes@v1.34.4: reading https://proxy.example.com/k8s.io/kubernetes/@v/v1.34.4.zip";
const lookup = `k8s.io/kubernetes@v1.34.4: Get "https://proxy.example.com/k8s.io/kubernetes/@v/v1.34.4.zip"`;

test.each([
  `${zip}: 403 Forbidden`,
  `${zip}: 407 Proxy Authentication Required`,
  `${zip}: 429 Too Many Requests`,
  `${zip}: 503 Service Unavailable`,
  `${lookup}: dial tcp 127.0.0.1:1: connect: connection refused`,
  `${lookup}: dial tcp: lookup proxy.example.com on 127.0.0.53:53: no such host`,
  `${lookup}: net/http: TLS handshake timeout`,
  "module lookup disabled by GOPROXY=off",
])("the cluster is skipped with the reason if Go prints %s", (line) =>
  expect(refusalIn(`go list failed: go: downloading k8s.io/kubernetes v1.34.4\n${line}\n`)).toBe(line),
);

test.each([
  `${zip}: 404 Not Found`,
  `${zip}: 410 Gone`,
  "missing go.sum entry for module providing package k8s.io/kubernetes/cmd/kubectl; to add:\n\tgo mod download k8s.io/kubernetes",
  "verifying k8s.io/kubernetes@v1.34.4: checksum mismatch",
  `verifying k8s.io/kubernetes@v1.34.4: checksum mismatch\n${zip}: 403 Forbidden`,
  "no required module provides package k8s.io/kubernetes/cmd/none; to add it:\n\tgo get k8s.io/kubernetes/cmd/none",
  "pattern ./cmd: directory not found",
])("the cluster fails if Go prints %j", (output) => expect(refusalIn(`go list failed: ${output}\n`)).toBeUndefined());
