import { pipeline, Readable } from "./stream/index.ts";
import { Zlib } from "./zlib/streams.ts";

/*
 * The package xz-decompress, which decompresses with WebAssembly. The engine has no WebAssembly, and decompresses xz itself.
 */

/** Called with `new`. */
function XzReadableStream(compressed: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const through = new Zlib("unxz");
  pipeline(Readable.fromWeb(compressed as never), through, () => {});
  return Readable.toWeb(through) as never;
}

export { XzReadableStream };
export default { XzReadableStream };
