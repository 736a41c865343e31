/** The content to export, and its destination. */
export interface ExportInput {
  /** Holds `layers`, `app`, and `rootfs` with the builder's launcher. */
  readonly dir: string;
  readonly runImage: string;
  readonly output: string;
}

/** The buildpack that created the layers. */
export const group = [{ id: "bench/large", version: "1.0.0", api: "0.10" }] as const;
