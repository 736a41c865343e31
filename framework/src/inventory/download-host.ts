import type { App } from "../app.ts";
import type { Bindings } from "../binding/binding.ts";
import type { Download, DownloadOptions } from "../host/downloads/download-options.ts";
import type { Logger } from "../logger/logger.ts";

/** The inputs from which the context's `download` is created. */
export interface DownloadHost {
  readonly app: App;
  readonly buildpackDir: string;
  /** The build's environment variables: proxies, mirrors, registries and the cache. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly bindings: Pick<Bindings, "filter">;
  readonly log: Pick<Logger, "info" | "warn">;
  readonly clock: { now(): number };
  /** Downloads a file from this URL, without mirrors and caches. */
  readonly download: (url: URL, options: DownloadOptions) => Promise<Download>;
}
