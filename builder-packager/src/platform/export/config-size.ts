import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { ImageConfig } from "../../oci/model/spec.ts";

const { most } = limits.appConfig;

/**
 * Refuses a configuration of an app image that is too large for readers, including cnb.
 *
 * @throws CnbError EXPORT_FAILED, which names the largest labels.
 */
export function refuseLargeConfig(config: ImageConfig): void {
  const size = Buffer.byteLength(JSON.stringify(config));
  if (size <= most) return;
  throw new CnbError(
    "EXPORT_FAILED",
    `the configuration of the app image has ${size} bytes, but at most ${most} are allowed`,
    {
      hint: `Shorten the labels, the layer metadata and the store.toml of the buildpacks. The largest labels: ${largestLabels(config)}.`,
    },
  );
}

const largestLabels = ({ config }: ImageConfig): string =>
  Object.entries(config?.Labels ?? {})
    .map(([name, value]) => ({ name: shortened(name), bytes: Buffer.byteLength(value) }))
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, 3)
    .map(({ name, bytes }) => `${name} (${bytes} bytes)`)
    .join(", ");

const shortened = (name: string): string => (name.length > 60 ? `${name.slice(0, 59)}…` : name);
