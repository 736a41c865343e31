import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inTemporaryDirectory } from "../files/temporary-directory.ts";
import { downloadFile } from "./download-file.ts";
import type { DownloadOptions } from "./download-options.ts";
import type { GetRequest, HttpResponse } from "./http-request.ts";

/** The responses of a server: a redirect, or a file. */
type Answer = { readonly location: string } | { readonly chunks: Iterable<string> };

function response(answer: Answer): HttpResponse {
  const isFile = "chunks" in answer;
  return {
    statusCode: isFile ? 200 : 302,
    headers: isFile ? {} : { location: answer.location },
    complete: true,
    destroy: () => {},
    async *[Symbol.asyncIterator]() {
      if (isFile) for (const chunk of answer.chunks) yield Buffer.from(chunk);
    },
  };
}

/** Downloads what is answered by URL; gives the result or error, the URLs that were asked for, and what is there then. */
async function downloading(answers: Readonly<Record<string, Answer>>, options: Omit<DownloadOptions, "to"> = {}) {
  const asked: string[] = [];
  const get = async ({ url }: GetRequest) => {
    asked.push(url.href);
    return response(answers[url.href] ?? { chunks: [] });
  };
  return inTemporaryDirectory(async (dir) => {
    const [first = ""] = Object.keys(answers);
    const download = downloadFile(new URL(first), { env: {}, ...options, to: join(dir, "file") }, get);
    return { outcome: await download.catch((error) => error), asked, files: await readdir(dir) };
  });
}

const redirected: Readonly<Record<string, Answer>> = {
  "https://a.test/": { location: "http://b.test/" },
  "http://b.test/": { chunks: ["hello"] },
};

test("a redirect from https to http is followed only if a checksum verifies the file", async () => {
  const without = await downloading(redirected);
  expect(without).toMatchObject({
    outcome: {
      code: "DOWNLOAD_FAILED",
      cause: { message: "a.test redirects from https to http" },
      hint: "Pass a checksum in the option integrity, or use a URL that stays encrypted.",
    },
    asked: ["https://a.test/"],
    files: [],
  });
  const integrity = `sha256:${createHash("sha256").update("hello").digest("hex")}`;
  expect(await downloading(redirected, { integrity })).toMatchObject({ outcome: { bytes: 5 }, files: ["file"] });
});

test("a download of unknown length stops at its size limit", async () => {
  let chunks = 0;
  function* long() {
    while (chunks < 1000) {
      chunks += 1;
      yield "four";
    }
  }
  const { outcome, files } = await downloading({ "https://a.test/": { chunks: long() } }, { maxBytes: 10 });
  expect([outcome.code, outcome.cause, chunks, files]).toEqual([
    "DOWNLOAD_FAILED",
    "the file has more than 10 bytes",
    3,
    [],
  ]);
});
