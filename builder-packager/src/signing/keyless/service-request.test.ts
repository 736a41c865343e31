import http from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { type Listening, listen } from "../../../../test/support/registry/listen.ts";
import { impatientClock } from "../../../../test/support/registry/sample.ts";
import { serviceResponse } from "./service-request.ts";
import { requestGithubToken } from "./services.ts";

const opened: Listening[] = [];
afterEach(() => Promise.all(opened.splice(0).map((each) => each.stop())));

async function serve(answer: http.RequestListener): Promise<URL> {
  const server = await listen(http.createServer(answer));
  opened.push(server);
  return new URL(`http://${server.host}/`);
}

const token = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJyZWxlYXNlIn0.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg";

describe("a response of a sigstore service", () => {
  test.for<[string, (response: http.ServerResponse) => void]>([
    ["ends before its length", (response) => response.writeHead(200, { "content-length": "9" }).write("a")],
    ["takes too long", (response) => response.writeHead(200).write("a")],
  ])("whose body %s is an error with the name of the service", async ([what, answer]) => {
    const url = await serve((_, response) => {
      answer(response);
      if (what.startsWith("ends")) setTimeout(() => response.destroy(), 50);
    });
    const request = serviceResponse({ service: "Rekor", url }, { documentTimeout: 300, clock: impatientClock() });
    await expect(request).rejects.toMatchObject({
      code: "SIGNING_FAILED",
      message: expect.stringMatching(/^cannot sign: Rekor at [\d.:]+ cannot be used: ./),
    });
  });

  test("is an error with the reason of the interruption if the request is interrupted before the body ends", async () => {
    const stopped = new AbortController();
    const url = await serve((_, response) => {
      response.writeHead(200).write("a");
      setTimeout(() => stopped.abort(new Error("interrupted")), 50);
    });
    const { signal } = stopped;
    await expect(serviceResponse({ service: "Rekor", url }, { signal })).rejects.toThrow(/^interrupted$/);
  });

  test.for<[string, (text: string) => string]>([
    ["text", (text) => text],
    ["JSON", (text) => JSON.stringify({ message: text })],
  ])("that repeats the token in %s is shown without the token", async ([, form]) => {
    const url = await serve((_, response) =>
      response.writeHead(400).end(form(`${"a".repeat(250)} ${token} or ${token.split(".")[2]}`)),
    );
    const error = await serviceResponse({ service: "Fulcio", url, secret: token }, {}).catch((cause) => cause);
    expect(error).toMatchObject({ code: "SIGNING_FAILED", message: expect.stringMatching(/a \*\*\* or \*\*\*$/) });
  });
});

test.for<[string, string]>([
  ["http://rekor.example.com/", "Add --insecure-registry rekor.example.com to use it."],
  ["ftp://rekor.example.com/", "Use an address that begins with https://."],
  ["file:///rekor", "Use an address that begins with https://."],
  ["ftp://127.0.0.1/", "Use an address that begins with https://."],
])("a request to a sigstore service at %s is refused before it is sent", async ([url, hint]) => {
  const request = serviceResponse({ service: "Rekor", url: new URL(url), secret: "token" }, {});
  await expect(request).rejects.toMatchObject({
    code: "SIGNING_FAILED",
    message: expect.stringMatching(/its address does not begin with https:\/\/$/),
    hint,
  });
});

test("a malformed address of the token service of GitHub Actions is an error without a request", async () => {
  await expect(requestGithubToken("token service", "secret", {})).rejects.toMatchObject({
    code: "SIGSTORE_FILE_INVALID",
    message: "cannot use the identity token of GitHub Actions: ACTIONS_ID_TOKEN_REQUEST_URL is not a URL",
  });
});
