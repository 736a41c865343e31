import http from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { listen } from "../../../../test/support/registry/listen.ts";
import { keylessSigner } from "./keyless-signer.ts";

test("a keyless signer requests another certificate after a request failed", async () => {
  let requests = 0;
  const server = await listen(
    http.createServer((_, response) => {
      requests++;
      response.writeHead(400).end("refused");
    }),
  );
  onTestFinished(() => server.stop());
  const fulcio = new URL(`http://${server.host}`);
  const token = `e30.${Buffer.from('{"sub":"release"}').toString("base64url")}.c2ln`;
  const signer = keylessSigner({
    services: { fulcio, rekor: undefined, timestamp: fulcio },
    token: async () => ({ token, where: "in a test" }),
    registry: {},
  });
  for (const expected of [1, 2]) {
    await expect(signer.sign(Buffer.from("{}"), "text")).rejects.toMatchObject({ code: "SIGNING_FAILED" });
    expect(requests).toBe(expected);
  }
});
