/*
 * A hash is also a stream, and the streams are far larger than the hashes. This module tells those who wait that the
 * streams have been loaded; until then a program cannot have a stream to connect them to.
 */

// biome-ignore lint/suspicious/noExplicitAny: a constructor of the package `readable-stream`
type Constructor = (new (...args: any[]) => any) & { prototype: object };

export interface Streams {
  readonly Transform: Constructor;
}

let streams: Streams | undefined;
let waiting: ((streams: Streams) => void)[] = [];

export function whenStreamsLoad(callback: (streams: Streams) => void): void {
  if (streams === undefined) {
    waiting.push(callback);
  } else {
    callback(streams);
  }
}

export function announceStreams(loaded: Streams): void {
  streams = loaded;
  const callbacks = waiting;
  waiting = [];
  for (const callback of callbacks) {
    callback(loaded);
  }
}
