/**
 * A source whose bytes can be read by range. A range at or after the current position continues the
 * stream. An earlier range, or one after an unfinished range, opens the source again.
 */
export interface Seekable {
  /**
   * Streams the bytes from `start` to `end` (exclusive). An unfinished range ends when the next one
   * starts.
   */
  range(start: number, end: number): AsyncGenerator<Uint8Array, void, undefined>;
  close(): Promise<void>;
}

/** One pass over the source. */
interface Pass {
  readonly source: AsyncIterator<Uint8Array>;
  rest: Uint8Array;
  position: number;
  /** True while a range is being read, or after it was abandoned, so that the position is unknown. */
  busy: boolean;
}

/** Makes a stream readable by byte range. `open` opens the stream from its beginning. */
export function seekable(open: () => AsyncIterable<Uint8Array>): Seekable {
  let pass: Pass | undefined;

  const close = async () => {
    const last = pass;
    pass = undefined;
    // A pass that waits for its source ends by itself later.
    if (last?.busy) void last.source.return?.()?.catch(() => undefined);
    else await last?.source.return?.();
  };
  const passAt = async (start: number): Promise<Pass> => {
    if (pass && !pass.busy && pass.position <= start) return pass;
    await close();
    pass = { source: open()[Symbol.asyncIterator](), rest: new Uint8Array(), position: 0, busy: false };
    return pass;
  };

  return {
    close,
    async *range(start, end) {
      const own = await passAt(start);
      own.busy = true;
      while (own.position < start) if ((await next(own, start)) === undefined) return;
      for (let part = await next(own, end); part !== undefined; part = await next(own, end)) yield part;
      await fill(own); // the digest of a source is known only at its end
      own.busy = false;
    },
  };
}

/** The next bytes before `end`; undefined when there are none. */
async function next(pass: Pass, end: number): Promise<Uint8Array | undefined> {
  if (pass.position >= end) return undefined;
  await fill(pass);
  if (pass.rest.length === 0) return undefined;
  const part = pass.rest.subarray(0, end - pass.position);
  pass.rest = pass.rest.subarray(part.length);
  pass.position += part.length;
  return part;
}

async function fill(pass: Pass): Promise<void> {
  while (pass.rest.length === 0) {
    const { value, done } = await pass.source.next();
    if (done || value === undefined) return;
    pass.rest = value;
  }
}
