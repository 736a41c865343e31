import { Option } from "commander";
import type { LayerCompression } from "../../oci/layers/blob-store.ts";

/** The parsed value of {@link compressionFlag}. */
export interface CompressionFlag {
  readonly compression: LayerCompression;
}

/** Creates the flag `--compression`, for every command that creates layers. */
export const compressionFlag = (): Option =>
  new Option(
    "--compression <kind>",
    "compression of new layers; zstd is smaller and faster, but needs Docker 23 or newer",
  )
    .choices(["gzip", "zstd"])
    .default("gzip");
