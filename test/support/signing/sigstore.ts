// @needs go
import { generateKeyPairSync } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { withFileLock } from "../../../builder-packager/src/lock/file-lock.ts";
import { callWhenReady, freePort } from "../http.ts";
import { allStarted, type Service, startService } from "../service.ts";
import type { Cosign } from "./cosign.ts";
import { goProgram } from "./go-program.ts";
import { type OidcIssuer, startOidcIssuer } from "./oidc-issuer.ts";

/** A private instance of sigstore: the real Fulcio, Rekor and timestamp authority, and an issuer of tokens. */
export interface Sigstore {
  readonly issuer: OidcIssuer;
  /** The path of the file with the addresses of the services, as cosign creates it. */
  readonly signingConfig: string;
  /** The path of the file with the certificates and keys of the services, as cosign creates it. */
  readonly trustedRoot: string;
  /** The path of a trusted root with another certificate authority, and the same other services. */
  readonly otherRoot: string;
  stop(): Promise<void>;
}

const fulcio = {
  name: "fulcio",
  module: "github.com/sigstore/fulcio",
  version: "1.8.8",
  main: ".",
};
// cosign 3.0.6 writes entries of the type dsse, which newer versions refuse.
const rekor = {
  name: "rekor-server",
  module: "github.com/sigstore/rekor-tiles/v2",
  version: "2.2.1",
  main: "./cmd/rekor-server/posix",
};
// Newer versions need Go 1.27. It always listens on port 2112 for metrics.
const timestampServer = {
  name: "timestamp-server",
  module: "github.com/sigstore/timestamp-authority/v2",
  version: "2.0.6",
  main: "./cmd/timestamp-server",
};

/** A service that runs, and the file with its certificates or its key. */
interface Started {
  readonly url: string;
  readonly trust: string;
  stop(): Promise<void>;
}

/** Starts an instance. cosign writes the files that describe it. If anything fails, nothing of it remains. */
export async function startSigstore(cosign: Cosign): Promise<Sigstore> {
  const dir = await mkdtemp(join(tmpdir(), "sigstore-"));
  const issuer = await startOidcIssuer();
  const running: Service[] = [issuer];
  const stop = async () => {
    await Promise.all(running.map((each) => each.stop()));
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const services = await allStarted([
      startFulcio(join(dir, "fulcio"), issuer),
      startFulcio(join(dir, "other"), issuer),
      startRekor(join(dir, "rekor")),
      startTimestampServer(join(dir, "tsa")),
    ]);
    running.push(...services);
    return { issuer, ...(await describeWith(cosign, dir, [issuer, ...services])), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Services = readonly [issuer: OidcIssuer, ca: Started, otherCa: Started, log: Started, tsa: Started];

/** Writes the files that describe an instance. */
async function describeWith(cosign: Cosign, dir: string, [issuer, ca, otherCa, log, tsa]: Services) {
  const signingConfig = join(dir, "signing-config.json");
  const [trustedRoot, otherRoot] = [join(dir, "trusted-root.json"), join(dir, "other-root.json")];
  const since = "start-time=2020-01-01T00:00:00Z";
  for (const [file, authority] of [
    [trustedRoot, ca],
    [otherRoot, otherCa],
  ] as const)
    await cosign.succeeds(
      "trusted-root",
      "create",
      `--out=${file}`,
      `--fulcio=url=${authority.url},certificate-chain=${authority.trust}`,
      `--rekor=url=${log.url},public-key=${log.trust},${since},origin=127.0.0.1`,
      `--tsa=url=${tsa.url},certificate-chain=${tsa.trust}`,
    );
  const service = (url: string, version: number) => `url=${url},api-version=${version},${since},operator=test`;
  await cosign.succeeds(
    "signing-config",
    "create",
    `--out=${signingConfig}`,
    `--fulcio=${service(ca.url, 1)}`,
    `--oidc-provider=${service(issuer.url, 1)}`,
    `--rekor=${service(log.url, 2)}`,
    "--rekor-config=ANY",
    `--tsa=${service(tsa.url, 1)}`,
    "--tsa-config=ANY",
  );
  return { signingConfig, trustedRoot, otherRoot };
}

/** A certificate authority with a new root in memory, and without a log of certificates. */
async function startFulcio(name: string, { url: issuer }: OidcIssuer): Promise<Started> {
  const dir = await mkdtemp(name);
  const [http, grpc, metrics] = await Promise.all([freePort(), freePort(), freePort()]);
  const url = `http://127.0.0.1:${http}`;
  const settings = `{ issuer-url: "${issuer}", client-id: sigstore, type: email }`;
  await writeFile(join(dir, "config.yaml"), `oidc-issuers:\n  "${issuer}": ${settings}\n`);
  const service = await startService(
    await goProgram(fulcio),
    [
      "serve",
      "--ca=ephemeralca",
      "--ct-log-url=",
      `--config-path=${join(dir, "config.yaml")}`,
      "--host=127.0.0.1",
      `--port=${http}`,
      "--grpc-host=127.0.0.1",
      `--grpc-port=${grpc}`,
      `--metrics-port=${metrics}`,
      `--legacy-unix-domain-socket=${join(dir, "legacy.sock")}`,
    ],
    { dir, ready: async () => writeFile(join(dir, "chain.pem"), await bodyOf(`${url}/api/v1/rootCert`)) },
  );
  return { url, trust: join(dir, "chain.pem"), stop: service.stop };
}

/** A transparency log in files. Verifiers expect the host of its address, without the port, as its name. */
async function startRekor(name: string): Promise<Started> {
  const dir = await mkdtemp(name);
  const [http, grpc, metrics] = await Promise.all([freePort(), freePort(), freePort()]);
  const url = `http://127.0.0.1:${http}`;
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  await writeFile(join(dir, "log.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
  await writeFile(join(dir, "log.pub"), publicKey.export({ type: "spki", format: "pem" }));
  const service = await startService(
    await goProgram(rekor),
    [
      "serve",
      `--storage-dir=${join(dir, "data")}`,
      `--signer-filepath=${join(dir, "log.pem")}`,
      "--hostname=127.0.0.1",
      "--checkpoint-interval=1s",
      "--http-address=127.0.0.1",
      `--http-port=${http}`,
      "--grpc-address=127.0.0.1",
      `--grpc-port=${grpc}`,
      `--http-metrics-port=${metrics}`,
    ],
    { dir, ready: () => bodyOf(`${url}/healthz`) },
  );
  return { url, trust: join(dir, "log.pub"), stop: service.stop };
}

/** Waits until no other test has a timestamp server: all of them listen on the same port for metrics. */
async function onlyTimestampServer(): Promise<() => void> {
  const dir = cacheDir(process.env, "test-sigstore");
  await mkdir(dir, { recursive: true });
  const signal = new AbortController().signal;
  return new Promise((acquired, failed) => {
    const held = () => new Promise<void>((release) => acquired(release));
    withFileLock(join(dir, "timestamp-server.lock"), signal, held).catch(failed);
  });
}

/** A timestamp authority with a new key in memory. */
async function startTimestampServer(name: string): Promise<Started> {
  const dir = await mkdtemp(name);
  const release = await onlyTimestampServer();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/api/v1/timestamp`;
  const args = ["serve", "--host=127.0.0.1", `--port=${port}`, "--timestamp-signer=memory", "--disable-ntp-monitoring"];
  const ready = async () => writeFile(join(dir, "chain.pem"), await bodyOf(`${url}/certchain`));
  try {
    const service = await startService(await goProgram(timestampServer), args, { dir, ready });
    return { url, trust: join(dir, "chain.pem"), stop: () => service.stop().finally(release) };
  } catch (error) {
    release();
    throw error;
  }
}

const bodyOf = async (url: string): Promise<string> => (await callWhenReady(url, 60_000)).body;
