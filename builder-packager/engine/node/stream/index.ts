import type * as node from "node:stream";
import "./missing-arguments.ts";
import streams from "readable-stream/lib/stream.js";
import { fromWebTo, toWeb } from "./adapters.ts";
import "./promises.ts";
import { announceStreams } from "./registry.ts";

/*
 * Streams are those of the package `readable-stream`: Node.js's own code of version 18. What later versions do otherwise is
 * set here.
 */

// Since Node.js 22, buffers of streams are of 64 KiB.
streams.setDefaultHighWaterMark(false, 64 * 1024);
Object.assign(streams.Readable, { toWeb, fromWeb: fromWebTo(streams.Readable) });
// Node.js 24 no longer has this operator.
Reflect.deleteProperty(streams.Readable.prototype, "asIndexedPairs");
announceStreams(streams);

export const {
  Duplex,
  PassThrough,
  Readable,
  Stream,
  Transform,
  Writable,
  addAbortSignal,
  compose,
  destroy,
  finished,
  getDefaultHighWaterMark,
  isDestroyed,
  isDisturbed,
  isErrored,
  isReadable,
  isWritable,
  pipeline,
  promises,
  setDefaultHighWaterMark,
} = streams as typeof streams & { readonly destroy: (stream: unknown, error?: Error) => void };

export type Duplex = node.Duplex;
export type PassThrough = node.PassThrough;
export type Readable = node.Readable;
export type Transform = node.Transform;
export type Writable = node.Writable;

export default streams;
