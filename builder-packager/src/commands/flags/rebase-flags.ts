import type { RebaseCheck } from "../../rebase/check-names.ts";
import type { OutputSigningFlags } from "./output-signing.ts";
import type { RegistryFlags } from "./registry-flags.ts";

export interface RebaseFlags extends RegistryFlags, OutputSigningFlags {
  readonly runImage?: string;
  readonly previousImage?: string;
  readonly tag: readonly string[];
  readonly force: readonly RebaseCheck[];
  readonly from?: string;
  readonly filter?: string;
  readonly shard?: string;
  readonly report?: string;
  readonly resume?: boolean;
  readonly concurrency: string;
  readonly policy?: string;
}
