import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CnbError, type CnbErrorCode } from "../errors.ts";
import type { Digest } from "../oci/model/digest.ts";
import { formatImageReference } from "../oci/model/reference.ts";
import type { Clock, RegistryOptions } from "../oci/registry-options.ts";
import { silentReporter } from "../reporter.ts";
import { gatherRebase } from "./gather.ts";

const digest: Digest = `sha256:${"a".repeat(64)}`;

/** A registry that never answers a request for a manifest. */
let server: Server;
let silent: string;
beforeAll(async () => {
  server = createServer(({ url }, response) => {
    if (url === "/v2/") response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  silent = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Gathers a Job that rebases images, and returns the image of the job and the warnings. */
async function gathered(jobImage: string, registry: RegistryOptions) {
  const warnings: string[] = [];
  const plan = await gatherRebase({
    app: ".",
    jobImage,
    revision: "main",
    namespace: "default",
    filter: "example.com/shop/*:latest",
    shards: "1",
    version: "0.1.0",
    registry,
    reporter: { ...silentReporter, warn: (text) => void warnings.push(text) },
  });
  return { jobImage: plan.jobImage, warnings };
}

const refusing = (code: CnbErrorCode): RegistryOptions => ({
  admit: () => Promise.reject(new CnbError(code, "refused")),
});

test("the image of the job is pinned by the digest that was verified", async () => {
  const registry: RegistryOptions = { admit: async () => [digest] };
  await expect(gathered("node:24", registry)).resolves.toEqual({
    jobImage: `docker.io/library/node:24@${digest}`,
    warnings: [],
  });
});

test("the signature of an image of the job with a digest is verified", async () => {
  const asked: string[] = [];
  const registry: RegistryOptions = {
    admit: async (reference) => {
      asked.push(formatImageReference(reference));
      throw new CnbError("SIGNATURE_NOT_FOUND", "no signature");
    },
  };
  const image = `${silent}/job:1@${digest}`;
  await expect(gathered(image, registry)).rejects.toMatchObject({ code: "SIGNATURE_NOT_FOUND" });
  expect(asked).toEqual([image]);
});

test.each([
  "SIGNATURE_INVALID",
  "SIGNING_KEY_INVALID",
  "SIGSTORE_FILE_INVALID",
  "NODE_REQUIRED",
  "REGISTRY_UNREACHABLE",
] as const)("an image of the job is refused if its required verification ends with %s", async (code) =>
  expect(gathered("node:24", refusing(code))).rejects.toMatchObject({ code }),
);

test("an image of the job for which two rules verify different digests is refused", async () =>
  expect(gathered("node:24", { admit: async () => [] })).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND" }));

test("an invalid setting of the registry is an error, not an unreadable image of the job", async () =>
  expect(gathered(`${silent}/job:1`, { authFile: "/absent/auth.json" })).rejects.toMatchObject({
    code: "REGISTRY_CREDENTIALS_INVALID",
  }));

test("the image of the job is not pinned, with a warning, if the registry does not answer within 10 s", async () => {
  const waits: number[] = [];
  const clock: Clock = {
    now: Date.now,
    sleep: async (ms) => void waits.push(ms),
  };
  await expect(gathered(`${silent}/job:1`, { clock })).resolves.toEqual({
    jobImage: `${silent}/job:1`,
    warnings: [
      `the image of the job, ${silent}/job:1, cannot be read, so the manifest does not pin it by digest, and each pod installs cnb with npm: the image could not be read within 10 s`,
    ],
  });
  expect(waits).toEqual([10_000]);
});
