import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBlobStore } from "../../oci/layers/blob-store.ts";
import { createLayer } from "../../oci/layers/layer.ts";
import { emptyImage, withConfig, withEnv, withLabels } from "../../oci/model/mutate.ts";
import { configSecrets } from "./config-secrets.ts";
import { isSecretVariable, secretsInFile } from "./patterns.ts";
import { ScanBudget } from "./scan-budget.ts";
import { scanLayer, userIdIn } from "./scan-layer.ts";

/** Values with the form of secrets, in parts: scanners of this repository would find them. */
const random = "Zk3vQ9xL1mWc7RtY5bNs8HdJ2gFp4AeU6oTiKqXy0VzSwEuIhOaMlPnBrCjDfGtQ";
const text = (length: number) => random.repeat(3).slice(0, length);
const header = ["-----BEGIN", "PRIVATE KEY-----"].join(" ");
const key = (kind = "") => `${header.replace("PRIVATE", `${kind}PRIVATE`)}\n${text(64)}\n${text(64)}\n`;
const github = `ghp${"_"}${text(36)}`;

describe("the secret scanner finds", () => {
  test.for<readonly [path: string, content: string, ...kinds: readonly string[]]>([
    ["/workspace/id_rsa", key("OPENSSH "), "a private key"],
    ["/workspace/tls.key", `Bag Attributes\n${key("EC ")}`, "a private key"],
    [
      "/workspace/old.pem",
      key("RSA ").replace("\n", "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,1234\n\n"),
      "a private key",
    ],
    [
      "/workspace/key.asc",
      `${header.replace("PRIVATE", "PGP PRIVATE").replace("KEY", "KEY BLOCK")}\n\n${text(64)}`,
      "a private key",
    ],
    ["/workspace/config.json", JSON.stringify({ key: key() }), "a private key"],
    ["/workspace/config.js", `const token = "${github}";`, "a GitHub token"],
    ["/workspace/.npmrc", `//registry.example.com/:_authToken=${text(36)}`, "the credentials of an npm registry"],
    ["/root/.netrc", `machine example.com login me password ${text(20)}`, "a login"],
    ["/root/.git-credentials", `https://me:${text(20)}@example.com`, "a login of Git"],
    [
      "/root/.docker/config.json",
      `{"auths":{"example.com":{"auth":"${text(24)}"}}}`,
      "the credentials of a container registry",
    ],
    [
      "/root/.aws/credentials",
      `[default]\naws_secret_access_key = ${text(40)}`,
      "an AWS secret access key",
      "AWS credentials",
    ],
    ["/app/service.json", `{"type": "service_account", "private_key": "${text(60)}"}`, "Google Cloud credentials"],
    ["/root/.kube/config", `users:\n- user:\n    token: ${text(40)}`, "Kubernetes credentials"],
    ["/root/.m2/settings.xml", `<server><password>${text(12)}</password></server>`, "Maven credentials"],
    ["/root/.pypirc", `[pypi]\npassword = ${text(30)}`, "the credentials of a Python index"],
    ["/workspace/.env", `# settings\nPORT=8080\nexport DB_PASSWORD="${text(12)}"`, "an environment file with a secret"],
    [
      "/workspace/.env.production",
      `DATABASE_URL=postgres://shop:${text(9)}@db/shop`,
      "an environment file with a secret",
    ],
  ])("the content of the file %s to be secret", ([path, content, ...kinds]) =>
    expect(secretsInFile(path, content)).toEqual(kinds),
  );

  test.for<readonly [path: string, content: string]>([
    ["/usr/lib/libssl.js", `if (line === "${header}") return;`],
    ["/usr/lib/messages.txt", `${header}\n${["-----END", "PRIVATE KEY-----"].join(" ")}`],
    ["/workspace/cert.pem", key().replaceAll("PRIVATE KEY", "CERTIFICATE")],
    ["/workspace/id_rsa.pub", `ssh-rsa ${text(100)}`],
    ["/workspace/.npmrc", `//registry.example.com/:_authToken=\${NPM_TOKEN}\nalways-auth=true`],
    ["/workspace/.npmrc", "; _authToken=example-of-a-token"],
    ["/workspace/.env.example", `DB_PASSWORD=${text(12)}`],
    [
      "/workspace/.env",
      "DB_PASSWORD=changeme\nTOKEN_FILE=/run/secrets/token\nAPI_KEY=\nSECRET=$OTHER\nTOKEN=xxxxxxxxxxxx",
    ],
    ["/workspace/README.md", "token: ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"],
    ["/app/data.json", `{"private_key": "${text(60)}"}`],
    ["/app/aws.md", "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"],
    ["/root/.docker/config.json", `{"auths":{"example.com":{}},"credsStore":"pass"}`],
  ])("the content of the file %s not to be secret", ([path, content]) =>
    expect(secretsInFile(path, content)).toEqual([]),
  );

  test("no secret in a file of a megabyte that repeats one text, in bounded time", () => {
    for (const unit of [
      "a",
      "-----BEGIN PRIVATE KEY-----\n",
      "aws_secret_access_key ",
      "password ",
      "\n\n",
      "://a:b",
      "= ",
      `"auth" `,
    ])
      for (const path of ["/.npmrc", "/.env", "/.netrc", "/.pypirc", "/.docker/config.json", "/x.json", "/.aws/config"])
        expect(secretsInFile(path, unit.repeat(1_000_000 / unit.length))).toEqual([]);
  });
});

describe("the environment variable", () => {
  test.for<readonly [name: string, value: string]>([
    ["DB_PASSWORD", text(12)],
    ["NPM_TOKEN", text(36)],
    ["AWS_SECRET_ACCESS_KEY", text(40)],
    ["stripe.api_key", text(24)],
    ["ANYTHING", github],
    ["DATABASE_URL", `postgres://shop:${text(8)}@db/shop`],
  ])("%s with a long random value or with credentials is treated as secret", ([name, value]) =>
    expect(isSecretVariable(name, value)).toBe(true),
  );

  test.for<readonly [name: string, value: string]>([
    ["PATH", "/usr/bin:/bin"],
    ["GPG_KEY", text(40)],
    ["SSH_PUBLIC_KEY", text(40)],
    ["DB_PASSWORD_FILE", "/run/secrets/db"],
    ["DB_PASSWORD", "/run/secrets/db"],
    ["DB_PASSWORD", "$OTHER"],
    ["REQUIRE_PASSWORD", "true"],
    ["TOKEN", "12345678"],
    ["TOKEN", ""],
    ["HOMEPAGE", "https://example.com/a:b"],
    ["KEYBOARD", text(20)],
  ])("%s with the value %j is not treated as secret", ([name, value]) =>
    expect(isSecretVariable(name, value)).toBe(false),
  );
});

test("environment variables, labels and the history of an image are searched for secrets", () => {
  const empty = emptyImage({ os: "linux", architecture: "amd64" });
  const image = withLabels(withEnv(empty, { DB_PASSWORD: text(12), PORT: "80" }), {
    "com.example.token": text(20),
    "com.example.name": "shop",
    "io.buildpacks.access-token": text(20),
    "io.buildpacks.project.metadata": JSON.stringify({ source: `https://${github}` }),
  });
  const config = withConfig(image, {}).config;
  const history = [{ created_by: `RUN curl -H "${github}"` }, { created_by: "COPY . ." }];
  expect(configSecrets({ ...image, config: { ...config, history } })).toEqual([
    { kind: "a secret", location: "env DB_PASSWORD" },
    { kind: "a secret", location: "label com.example.token" },
    { kind: "a GitHub token", location: "label io.buildpacks.project.metadata" },
    { kind: "a GitHub token", location: "history" },
  ]);
});

describe("a layer", () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "secrets-"));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  const layerOf = async (files: Readonly<Record<string, string>>) =>
    createLayer(
      Object.entries(files).map(([path, content]) => {
        return { type: "file", path, content: Buffer.from(content), mode: 0o644, uid: 0, gid: 0 } as const;
      }),
      await openBlobStore(join(dir, "blobs")),
    );

  test("is searched for secrets in all its files, with paths as in a container", async () => {
    const layer = await layerOf({
      "/workspace/a/../id_rsa": key(),
      "./etc/passwd": "root:x:0:0::/:\nweb:x:1001:1001::/:\n",
      "/workspace/node_modules/tls/test/fixtures/key.pem": key(),
      "/workspace/node_modules/tls/key.pem": key(),
      "/workspace/program": `\0${key()}`,
      "/workspace/big.txt": `${"x".repeat(2 ** 20)}${key()}`,
    });
    expect(await scanLayer(layer, new ScanBudget())).toEqual({
      secrets: [
        { kind: "a private key", path: "/workspace/id_rsa" },
        { kind: "a private key", path: "/workspace/node_modules/tls/key.pem" },
      ],
      passwd: "root:x:0:0::/:\nweb:x:1001:1001::/:\n",
    });
  });

  test("with 300 secrets has only 100 secrets in the report", async () => {
    const files = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`/k/${index}.pem`, key()]));
    expect((await scanLayer(await layerOf(files), new ScanBudget())).secrets).toHaveLength(100);
  });
});

test("the numeric ID of a user is read from /etc/passwd", () => {
  const passwd = "root:x:0:0::/:/bin/sh\nweb:x:1001:1001\nbroken\n";
  expect([
    userIdIn(passwd, "web"),
    userIdIn(passwd, "root"),
    userIdIn(passwd, "broken"),
    userIdIn(passwd, "x"),
  ]).toEqual(["1001", "0", undefined, undefined]);
});
