/**
 * `readable-stream` is Node.js's own code for streams, in CommonJS. The packager maps what it requires to this layer, and
 * not to the packages of the same names, which bring a second Buffer, EventEmitter and AbortController:
 *
 * | required by `readable-stream` | file of this layer |
 * |---|---|
 * | `buffer`, `events` | `buffer.ts`, `events.ts` |
 * | `process/` | `process.ts` |
 * | `string_decoder/` | `string_decoder.ts` |
 * | `abort-controller` | `abort.ts` |
 *
 * A `require()` of a built-in module gives its default export, as `module.exports` does in Node.js: esbuild gives the
 * namespace object, so the plugin answers `require-call` with a small CommonJS module that takes `.default` of it.
 */
declare module "readable-stream/lib/stream.js" {
  import type * as node from "node:stream";

  const streams: typeof node & {
    readonly compose: (...streams: unknown[]) => node.Duplex;
    readonly isDisturbed: (stream: unknown) => boolean;
    readonly isDestroyed: (stream: unknown) => boolean | null;
    readonly isWritable: (stream: unknown) => boolean | null;
  };
  export default streams;
}

declare module "readable-stream/lib/stream/promises.js" {
  import type * as node from "node:stream/promises";

  const promises: {
    readonly finished: typeof node.finished;
    pipeline(...streams: unknown[]): Promise<unknown>;
  };
  export default promises;
}

declare module "readable-stream/lib/ours/errors.js" {
  const errors: { readonly codes: Record<string, new (name: string) => object> };
  export default errors;
}
