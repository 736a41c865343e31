import { join } from "node:path";
import { inTemporaryDirectory } from "../host/files/temporary-directory.ts";
import { contextDownload } from "../inventory/context-download.ts";
import { type CarriedFilesHost, downloadHost } from "./carried-files.ts";

/** The inputs for requesting the URL of a dependency. */
export type AddressHost = Pick<CarriedFilesHost, "dir" | "env" | "log" | "pypiIndex" | "signal">;

/**
 * Requests a dependency as a build would, and ends the download after its first bytes. Returns the
 * reason why the URL does not respond; undefined if it responds.
 *
 * @param uri the `uri` in `[[metadata.dependencies]]`: https, http, file, npm or pypi
 * @example
 * `await unreachable("https://example.org/tool.tar.gz", { dir: ".", env: process.env, log }) // "HTTP 404 Not Found"`
 */
export async function unreachable(uri: string, host: AddressHost): Promise<string | undefined> {
  const answered = new AbortController();
  const signal = host.signal === undefined ? answered.signal : AbortSignal.any([host.signal, answered.signal]);
  const onProgress = () => answered.abort();
  const from = host.pypiIndex === undefined ? {} : { pypiIndex: host.pypiIndex };
  try {
    await inTemporaryDirectory((dir) =>
      contextDownload(downloadHost(host))(uri, {
        to: join(dir, "file"),
        quiet: true,
        signal,
        onProgress,
        retry: { attempts: 2 },
        ...from,
      }),
    );
    return undefined;
  } catch (error) {
    host.signal?.throwIfAborted();
    return answered.signal.aborted ? undefined : reasonOf(error);
  }
}

function reasonOf(error: unknown): string {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  return cause instanceof Error ? cause.message : String(cause ?? message);
}
