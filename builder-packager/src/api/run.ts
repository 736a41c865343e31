import type { RunningImage } from "../run/running-image.ts";
import { type StartSettings, startImage as start } from "../run/start-image.ts";
import type { Host } from "./host.ts";
import { type ImageSource, imageFrom, nameOf } from "./image-source.ts";

/** The input of {@link startImage}. */
export interface StartInput extends StartSettings {
  readonly image: ImageSource;
}

/**
 * Starts an image without Docker. Root is not required. The app runs with the image's entrypoint,
 * command, environment, user and working directory, on a private writable copy of its files, in the
 * host's network or a private one. The app gets only those of the caller's environment variables
 * that are in `env`. Aborting the signal of `host` prevents the start, but does not end a running app.
 *
 * @throws CnbError ARCHITECTURE_MISMATCH, IMAGE_START_UNKNOWN, IMAGE_COMMAND_…,
 * PROCESS_TYPE_UNKNOWN, IMAGE_USER_UNKNOWN, NAMESPACES_UNAVAILABLE, PORT_UNAVAILABLE,
 * BINDING_INVALID, ARGUMENT_INVALID; the reason of the signal.
 * @example
 * ```ts
 * const app = await startImage({ image: parseImageReference("oci:app"), env: { PORT: "8080" } }, host);
 * await app.waitForPort(8080, 10_000);
 * await app.stop();
 * ```
 */
export async function startImage({ image, ...options }: StartInput, host: Host): Promise<RunningImage> {
  const { cacheDir, reporter, signal } = host;
  return start(await imageFrom(image, host), { ...options, name: nameOf(image), cacheDir, reporter, signal });
}
