import { Buffer } from "../buffer/class.ts";
import { codedError } from "../errors.ts";

/*
 * The parser of HTTP/1.1 responses. It is strict where proxies and servers could disagree on where a message ends: two
 * lengths, a length next to chunks, and names with spaces are errors.
 */

export interface Head {
  readonly version: string;
  readonly status: number;
  readonly text: string;
  /** A flat list of alternating names and values. */
  readonly rawHeaders: string[];
}

export interface Events {
  /**
   * Receives the head. Returns `no body` for a response to HEAD and `tunnel` for one to CONNECT,
   * because then no body follows, whatever the headers announce.
   */
  readonly head: (head: Head) => "body" | "no body" | "tunnel";
  readonly body: (chunk: Buffer<ArrayBuffer>) => void;
  readonly end: (rawTrailers: string[]) => void;
}

/** As in Node.js. */
const MAX_HEAD = 16 * 1024;

type State = "head" | "length" | "until end" | "chunk size" | "chunk" | "chunk end" | "trailers" | "done" | "tunnel";

const NOTHING = Buffer.alloc(0) as Buffer<ArrayBuffer>;

export class ResponseParser {
  readonly #events: Events;
  #state: State = "head";
  /** Received bytes that are not used yet. They belong to heads and lines, so there are few. */
  #rest: Buffer<ArrayBuffer> = NOTHING;
  /** Bytes of the body or chunk that are still to come. */
  #left = 0;

  constructor(events: Events) {
    this.#events = events;
  }

  /** False if the message ends with the connection. */
  isFramed = true;

  get isDone(): boolean {
    return this.#state === "done";
  }

  /** Parses received bytes. Returns the bytes after the end of the message. */
  take(bytes: Buffer<ArrayBuffer>): Buffer<ArrayBuffer> {
    let rest = this.#rest.length === 0 ? bytes : (Buffer.concat([this.#rest, bytes]) as Buffer<ArrayBuffer>);
    this.#rest = NOTHING;
    while (this.#state !== "done" && this.#state !== "tunnel") {
      const used = this.#step(rest);
      if (used === undefined) {
        this.#rest = rest;
        return NOTHING;
      }
      rest = rest.subarray(used) as Buffer<ArrayBuffer>;
    }
    return rest;
  }

  /** Handles the end of the connection. Returns false if the message is incomplete. */
  end(): boolean {
    if (this.#state === "until end") {
      this.#finish([]);
    }
    return this.#state === "done";
  }

  /** Uses some bytes and says how many, or undefined if more are needed. */
  #step(bytes: Buffer<ArrayBuffer>): number | undefined {
    switch (this.#state) {
      case "head":
        return this.#head(bytes);
      case "length":
      case "chunk":
        return this.#counted(bytes);
      case "until end":
        if (bytes.length > 0) {
          this.#events.body(bytes);
        }
        return bytes.length === 0 ? undefined : bytes.length;
      case "chunk size":
        return this.#chunkSize(bytes);
      case "chunk end":
        return this.#chunkEnd(bytes);
      case "trailers":
        return this.#trailers(bytes);
      default:
        return undefined;
    }
  }

  #head(bytes: Buffer<ArrayBuffer>): number | undefined {
    const length = headLength(bytes);
    if (length === undefined) {
      if (bytes.length > MAX_HEAD) {
        throw parseError("HPE_HEADER_OVERFLOW", "Header overflow");
      }
      // Another protocol is told from HTTP by its first bytes, without waiting for the end of a head.
      if (!"HTTP/".startsWith(bytes.toString("latin1", 0, 5))) {
        throw parseError("HPE_INVALID_CONSTANT", "Expected HTTP/, RTSP/ or ICE/");
      }
      return undefined;
    }
    if (length > MAX_HEAD) {
      throw parseError("HPE_HEADER_OVERFLOW", "Header overflow");
    }
    const text = bytes.toString("latin1", 0, length);
    const [first = "", ...lines] = text.split("\n").map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
    const found = /^HTTP\/(1\.[01]) (\d{3})(?: (.*))?$/.exec(first);
    if (found === null) {
      throw statusLineError(first);
    }
    const [, version = "", status = "", reason = ""] = found;
    const rawHeaders = headersOf(lines);
    this.#begin({ version, status: Number(status), text: reason, rawHeaders });
    return length;
  }

  #begin(head: Head): void {
    const kind = this.#events.head(head);
    const { status, rawHeaders } = head;
    if (kind === "tunnel") {
      this.#state = "tunnel";
    } else if (status >= 100 && status < 200) {
      // The response itself is still to come.
      this.#state = "head";
    } else if (kind === "no body" || status === 204 || status === 304) {
      this.#finish([]);
    } else {
      this.#expectBody(valuesOf(rawHeaders, "transfer-encoding"), valuesOf(rawHeaders, "content-length"));
    }
  }

  #expectBody(encodings: readonly string[], lengths: readonly string[]): void {
    if (encodings.length > 0) {
      if (lengths.length > 0) {
        throw parseError("HPE_INVALID_TRANSFER_ENCODING", "Transfer-Encoding can't be present with Content-Length");
      }
      const last = encodings.join(",").split(",").at(-1)?.trim().toLowerCase();
      this.isFramed = last === "chunked";
      this.#state = this.isFramed ? "chunk size" : "until end";
      return;
    }
    const [length] = lengths;
    if (length === undefined) {
      this.isFramed = false;
      this.#state = "until end";
      return;
    }
    if (lengths.length > 1) {
      throw parseError("HPE_UNEXPECTED_CONTENT_LENGTH", "Content-Length already present");
    }
    if (!/^\d{1,15}$/.test(length)) {
      throw parseError("HPE_INVALID_CONTENT_LENGTH", "Invalid character in Content-Length");
    }
    this.#left = Number(length);
    this.#state = "length";
    if (this.#left === 0) {
      this.#finish([]);
    }
  }

  #counted(bytes: Buffer<ArrayBuffer>): number | undefined {
    const count = Math.min(bytes.length, this.#left);
    if (count === 0) {
      return undefined;
    }
    this.#left -= count;
    this.#events.body(count === bytes.length ? bytes : (bytes.subarray(0, count) as Buffer<ArrayBuffer>));
    if (this.#left === 0) {
      if (this.#state === "length") {
        this.#finish([]);
      } else {
        this.#state = "chunk end";
      }
    }
    return count;
  }

  #chunkSize(bytes: Buffer<ArrayBuffer>): number | undefined {
    const end = lineEnd(bytes);
    if (end === undefined) {
      return undefined;
    }
    const found = /^([0-9a-f]{1,12})[ \t]*(?:;.*)?$/i.exec(bytes.toString("latin1", 0, end));
    if (found === null) {
      throw parseError("HPE_INVALID_CHUNK_SIZE", "Invalid character in chunk size");
    }
    this.#left = Number.parseInt(found[1] ?? "", 16);
    this.#state = this.#left === 0 ? "trailers" : "chunk";
    return end + 2;
  }

  #chunkEnd(bytes: Buffer<ArrayBuffer>): number | undefined {
    if (bytes.length < 2) {
      return undefined;
    }
    if (bytes[0] !== 13 || bytes[1] !== 10) {
      throw parseError("HPE_STRICT", "Expected LF after chunk data");
    }
    this.#state = "chunk size";
    return 2;
  }

  #trailers(bytes: Buffer<ArrayBuffer>): number | undefined {
    if (bytes.length >= 2 && bytes[0] === 13 && bytes[1] === 10) {
      this.#finish([]);
      return 2;
    }
    const length = headLength(bytes);
    if (length === undefined) {
      if (bytes.length > MAX_HEAD) {
        throw parseError("HPE_HEADER_OVERFLOW", "Header overflow");
      }
      return undefined;
    }
    this.#finish(headersOf(bytes.toString("latin1", 0, length).split(/\r?\n/)));
    return length;
  }

  #finish(rawTrailers: string[]): void {
    this.#state = "done";
    this.#events.end(rawTrailers);
  }
}

/** The length of a head with the empty line at its end. */
function headLength(bytes: Buffer): number | undefined {
  const end = bytes.indexOf("\r\n\r\n", 0, "latin1");
  return end < 0 ? undefined : end + 4;
}

function lineEnd(bytes: Buffer): number | undefined {
  const end = bytes.indexOf("\r\n", 0, "latin1");
  if (end < 0 && bytes.length > MAX_HEAD) {
    throw parseError("HPE_INVALID_CHUNK_SIZE", "Chunk size is too long");
  }
  return end < 0 ? undefined : end;
}

function headersOf(lines: readonly string[]): string[] {
  const raw: string[] = [];
  for (const line of lines) {
    if (line === "") {
      continue;
    }
    const found = /^([\^_`a-zA-Z\-0-9!#$%&'*+.|~]+):([\t\x20-\x7e\x80-\xff]*)$/.exec(line);
    if (found === null) {
      throw parseError("HPE_INVALID_HEADER_TOKEN", "Invalid header token");
    }
    raw.push(found[1] ?? "", withoutBlanks(found[2] ?? ""));
  }
  return raw;
}

/** By hand: an expression for blanks at the end takes time that grows with the square of their number. */
function withoutBlanks(text: string): string {
  const isBlank = (at: number) => text[at] === " " || text[at] === "\t";
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(start)) {
    start += 1;
  }
  while (end > start && isBlank(end - 1)) {
    end -= 1;
  }
  return text.slice(start, end);
}

function statusLineError(line: string): Error {
  if (/^HTTP\/1\.[01] /.test(line)) {
    return parseError("HPE_INVALID_STATUS", "Invalid status code");
  }
  return /^HTTP\/\d/.test(line)
    ? parseError("HPE_INVALID_VERSION", "Invalid HTTP version")
    : parseError("HPE_INVALID_CONSTANT", "Expected HTTP/, RTSP/ or ICE/");
}

function valuesOf(raw: readonly string[], wanted: string): string[] {
  return raw.filter((_, index) => index % 2 === 1 && raw[index - 1]?.toLowerCase() === wanted);
}

export function parseError(code: string, reason: string): Error {
  const error = codedError(Error, code, `Parse Error: ${reason}`);
  return Object.assign(error, { reason });
}
