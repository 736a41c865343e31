/**
 * The functions that the engine gives to the Node layer (`../src/host`). They are thin: an operation of the system that
 * fails returns the negative error number (`-2` for ENOENT), and the Node layer makes the error of Node.js from it.
 * Strings are UTF-8; a lone surrogate becomes U+FFFD. `bytes` are ArrayBuffers, because a view costs a property access each.
 */

declare module "engine:fs" {
  /*
   * Paths, names and targets of links are texts. A byte of them that is not UTF-8 is the lone surrogate U+DC00 + byte, in
   * arguments and in results: an app's tree may have such names, and it must be possible to read and remove them.
   */
  /** `dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks`, then seconds and nanoseconds of atime, mtime, ctime. */
  type StatFields = readonly number[];
  export function readFile(path: string): ArrayBuffer | number;
  export function readText(path: string): string | number;
  /** Writes everything; `mode` is for a new file. */
  export function writeFile(
    path: string,
    bytes: ArrayBuffer,
    offset: number,
    length: number,
    flags: number,
    mode: number,
  ): number;
  export function writeText(path: string, text: string, flags: number, mode: number): number;
  export function open(path: string, flags: number, mode: number): number;
  export function close(fd: number): number;
  /** `position` -1 is the file's own. */
  export function read(fd: number, bytes: ArrayBuffer, offset: number, length: number, position: number): number;
  export function write(fd: number, bytes: ArrayBuffer, offset: number, length: number, position: number): number;
  export function stat(path: string): StatFields | number;
  export function lstat(path: string): StatFields | number;
  export function fstat(fd: number): StatFields | number;
  /** Name and type (`DT_DIR` is 4, `DT_REG` 8, `DT_LNK` 10, …) of each entry, one after the other, in the order of the system. */
  export function readdir(path: string): readonly (string | number)[] | number;
  export function mkdir(path: string, mode: number): number;
  /** Makes a directory with a random name: `prefix` and six characters. */
  export function mkdtemp(prefix: string): string | number;
  export function rmdir(path: string): number;
  export function unlink(path: string): number;
  export function rename(from: string, to: string): number;
  export function link(from: string, to: string): number;
  export function symlink(target: string, path: string): number;
  export function readlink(path: string): string | number;
  export function realpath(path: string): string | number;
  export function access(path: string, mode: number): number;
  export function chmod(path: string, mode: number): number;
  export function fchmod(fd: number, mode: number): number;
  export function fchown(fd: number, uid: number, gid: number): number;
  export function chown(path: string, uid: number, gid: number): number;
  export function lchown(path: string, uid: number, gid: number): number;
  /** Times in seconds with fractions. */
  export function utimes(path: string, atime: number, mtime: number, follow: boolean): number;
  export function futimes(fd: number, atime: number, mtime: number): number;
  export function ftruncate(fd: number, length: number): number;
  export function fsync(fd: number): number;
  /** `type, bsize, blocks, bfree, bavail, files, ffree`. */
  export function statfs(path: string): readonly number[] | number;
  /** Copies the contents by the system, without a buffer here; `mode` is that of the new file. */
  export function copyFile(from: string, to: string, isExclusive: boolean): number;
}

declare module "engine:process" {
  /** The name by which the program was called, then its arguments. */
  export const argv: readonly string[];
  /** The path of the program. */
  export const execPath: string;
  export const pid: number;
  export const arch: "x64" | "arm64";
  /** Name and value of each variable, one after the other. */
  export function environment(): readonly string[];
  export function cwd(): string | number;
  export function chdir(path: string): number;
  /** Ends the process at once: no JavaScript runs after it. */
  export function exit(code: number): never;
  /** In detect with Node.js beside it: starts detect again on Node.js. Otherwise, and if that fails, it returns. */
  export function continueOnNode(): void;
  /**
   * How often `cnb-engine run` could have been interrupted: once in 10,000 steps of a regular expression or of JavaScript. 0 in
   * programs with a payload.
   */
  export function interrupts(): number;
  /** Sets the mask if given; returns the former one. */
  export function umask(mask?: number): number;
  export function getuid(): number;
  export function getgid(): number;
  export function geteuid(): number;
  export function getegid(): number;
  export function ppid(): number;
  export function kill(pid: number, signal: number): number;
  /** Milliseconds since the program started, with fractions. */
  export function now(): number;
  /** Nanoseconds of the monotonic clock. */
  export function hrtime(): bigint;
  /** Resident and largest resident memory in bytes. */
  export function memory(): readonly [rss: number, maxRss: number];
  export function isTerminal(fd: number): boolean;
  /** Columns and rows of a terminal. */
  export function windowSize(fd: number): readonly [number, number] | number;
  /** Passes on each key of a terminal as it is pressed, or restores the mode that the terminal had before. */
  export function setRawMode(fd: number, isRaw: boolean): number;
  /** The text of an error number, as in Node.js (`no such file or directory`). */
  export function errorText(errno: number): string;
  export function hostname(): string;
  export function homedir(): string;
  /** `sysname, release, version, machine` */
  export function uname(): readonly string[];
  export function totalmem(): number;
  export function freemem(): number;
  export function cpuCount(): number;
  export function loadavg(): readonly number[];
  /** `undefined` leaves the default action. The listener is called in a turn of its own; it does not keep the process alive. */
  export function onSignal(signal: number, listener: ((signal: number) => void) | undefined): number;
}

declare module "engine:child" {
  export interface SpawnOptions {
    readonly file: string;
    readonly args: readonly string[];
    /** `NAME=value` */
    readonly env: readonly string[];
    readonly cwd: string | undefined;
    /** For 0, 1, 2, …: `-1` is /dev/null, `-2` a pipe (from 3 on a socket), another number a descriptor to pass on. */
    readonly stdio: readonly number[];
    /** A session of its own. */
    readonly detached: boolean;
    readonly uid: number | undefined;
    readonly gid: number | undefined;
  }
  /**
   * Starts a program, which is searched in the PATH of `env` if its name has no slash. Returns the process id and for each
   * pipe our end's descriptor (`-1` where there is no pipe), or an error number.
   */
  export function spawn(options: SpawnOptions): readonly [pid: number, ...descriptors: number[]] | number;
  /** Calls back with the exit code, or `-1` and the signal, when the child of that id has ended. Keeps the process alive. */
  export function wait(pid: number, done: (code: number, signal: number) => void): void;
  /**
   * Ends the direction of a socket in which we send, or both, so that threads that wait for the descriptor come back. It stays
   * open until it is closed.
   */
  export function shutdown(fd: number, isSendingOnly: boolean): number;
}

declare module "engine:loop" {
  /** Calls back once, not before `ms` milliseconds have passed. */
  export function setTimer(callback: () => void, ms: number): number;
  export function clearTimer(timer: number): void;
  /** True if a timer keeps the process alive. */
  export function refTimer(timer: number, isReferenced: boolean): void;
  /** Calls back in the next turn, after the timers and completions of this one. */
  export function setImmediate(callback: () => void): number;
  export function clearImmediate(immediate: number): void;
  export function queueMicrotask(callback: () => void): void;
  /**
   * Reads from a descriptor in another thread, up to `length` bytes: calls back with the bytes (none at the end), or an error number.
   * Keeps the process alive.
   */
  export function read(fd: number, length: number, done: (result: ArrayBuffer | number) => void): void;
  /** Writes everything in another thread. */
  export function write(
    fd: number,
    bytes: ArrayBuffer,
    offset: number,
    length: number,
    done: (result: number) => void,
  ): void;
  /**
   * The events of the loop: an exception or rejection that nobody caught; nothing left to do; the
   * end of the process.
   */
  export function setHooks(hooks: {
    readonly uncaught: (error: unknown, isRejection: boolean) => void;
    readonly idle: () => void;
    readonly exit: () => void;
  }): void;
  /** Asks the loop to end with the code that `exit` sees, when this turn has ended. */
  export function setExitCode(code: number): void;
  /**
   * The async context: a value that code after an `await`, callbacks of promises, microtasks and callbacks of the loop see as it
   * was when they were made. Undefined at first.
   */
  export function asyncContext(): unknown;
  /** Replaces the async context of the code that runs now. */
  export function setAsyncContext(context: unknown): void;
}

declare module "engine:text" {
  export type Encoding = "utf8" | "latin1" | "hex" | "base64" | "base64url" | "utf16le" | "ascii";
  /** `undefined` if `isFatal` and the bytes are not in the encoding; else U+FFFD stands for what is not. */
  export function decode(
    bytes: ArrayBuffer,
    offset: number,
    length: number,
    encoding: Encoding,
    isFatal: boolean,
  ): string | undefined;
  /** Characters that are not in the encoding are ignored as `Buffer.from` does. */
  export function encode(text: string, encoding: Encoding): ArrayBuffer;
  /** The characters that a reader sees, each as a text (UAX 29). */
  export function graphemes(text: string): readonly string[];
  /** Bytes of the text in UTF-8. */
  export function byteLength(text: string): number;
  /** The index of the bytes, or -1. */
  export function indexOf(
    bytes: ArrayBuffer,
    offset: number,
    length: number,
    wanted: ArrayBuffer,
    wantedOffset: number,
    wantedLength: number,
    from: number,
  ): number;
  /** Below, equal or above zero, as memcmp. */
  export function compare(
    a: ArrayBuffer,
    aOffset: number,
    aLength: number,
    b: ArrayBuffer,
    bOffset: number,
    bLength: number,
  ): number;
}

declare module "engine:crypto" {
  export type Algorithm = "md5" | "sha1" | "sha256" | "sha384" | "sha512";
  /** A digest under way; -1 if the algorithm is not known. */
  export function newHash(algorithm: string): number;
  export function updateHash(hash: number, bytes: ArrayBuffer, offset: number, length: number): void;
  export function copyHash(hash: number): number;
  /** The digest; the hash cannot be used afterwards. */
  export function digest(hash: number): ArrayBuffer;
  export function random(length: number): ArrayBuffer;
}

declare module "engine:signature" {
  /**
   * Verifies a signature: 1 if it is valid, 0 if it is not, -1 if the algorithm is not known. The algorithms are `rsa-` and a
   * hash (PKCS #1, version 1.5), `p256-` or `p384-` and a hash (ECDSA, in DER), and `ed25519`. The key is the content of the bit
   * string in a SubjectPublicKeyInfo.
   */
  export function verify(
    algorithm: string,
    key: ArrayBuffer,
    signature: ArrayBuffer,
    data: ArrayBuffer,
    offset: number,
    length: number,
  ): number;
}

declare module "engine:zlib" {
  /** `-1` if the format is not known. A decoder ignores the other arguments, which are options of zlib. */
  export function newStream(
    format: "gzip" | "gunzip" | "deflate" | "inflate" | "deflateRaw" | "inflateRaw" | "unzstd" | "unxz",
    level: number,
    memLevel: number,
    strategy: number,
    /** Bytes that zlib may write at a time: the blocks of level 0 depend on it. */
    chunkSize: number,
  ): number;
  /** Bytes that the input of a stream may repeat; false if the stream takes none. */
  export function setDictionary(stream: number, bytes: ArrayBuffer, offset: number, length: number): boolean;
  /**
   * The output of the stream for the bytes; a text is the error. `flush` is that of zlib: 0 for bytes that others follow, 4 for
   * the last ones.
   */
  export function push(
    stream: number,
    bytes: ArrayBuffer,
    offset: number,
    length: number,
    flush: number,
  ): ArrayBuffer | string;
  /** Compresses the last bytes of a stream in a thread, closes the stream, and calls back with what `push` returns. */
  export function pushLater(
    stream: number,
    bytes: ArrayBuffer,
    offset: number,
    length: number,
    flush: number,
    done: (result: ArrayBuffer | string) => void,
  ): void;
  /** Bytes of the input that the stream did not use, once it has met its end; -1 before. */
  export function unused(stream: number): number;
  export function closeStream(stream: number): void;
  export function crc32(bytes: ArrayBuffer, offset: number, length: number, start: number): number;
  /**
   * A function that decompresses the next piece of a bzip2 file in a thread, and calls back: with
   * bytes (none at the end), with the text of an error, or with an error number.
   */
  export function bzip2(fd: number): (done: (result: ArrayBuffer | string | number) => void) => void;
}

declare module "engine:payload" {
  /** A file of the packager in the program, such as the source map. */
  export function readAsset(name: string): ArrayBuffer | undefined;
  /** Loads and runs a module now, unless that has been done. It must not wait for anything at its top level. */
  export function evaluate(name: string): void;
}

declare module "engine:url" {
  /** The parts of an address by the WHATWG's rules; `undefined` if it is not one. */
  export function parse(text: string, base: string | undefined): UrlParts | undefined;
  /** The parts after a setter of the same name as in `URL`; unchanged where the setter ignores the value. */
  export function set(href: string, part: string, value: string): UrlParts | undefined;
  /** `href, protocol, username, password, host, hostname, port, pathname, search, hash, origin` */
  export type UrlParts = readonly string[];
}

declare module "engine:net" {
  /** Resolves a name in a thread: calls back with the addresses in the resolver's order, or its error number (EAI_NONAME is -2). */
  export function lookup(host: string, done: (result: readonly string[] | number) => void): void;
  /** A TCP socket for the family of an address, or one for a path (with a slash); not connected. */
  export function socket(address: string): number;
  /** Connects in a thread; `shutdown` ends an attempt that takes too long. */
  export function connect(fd: number, address: string, port: number, done: (result: number) => void): void;
  /** A socket that listens on an address or a path. */
  export function listen(address: string, port: number, backlog: number): number;
  /** Accepts the next connection in a thread, and calls back with its descriptor; `shutdown` ends the wait. */
  export function accept(fd: number, done: (result: number) => void): void;
  /** Address and port; nothing for a path. */
  export function localAddress(fd: number): readonly string[] | number;
  export function peerAddress(fd: number): readonly string[] | number;
  /** As in `engine:child`. */
  export function shutdown(fd: number, isSendingOnly: boolean): number;
  /** From now on, closing the socket discards what was not sent, and the peer's connection is broken. */
  export function resetOnClose(fd: number): number;
}

declare module "engine:tls" {
  export interface Progress {
    /** The bytes that the peer sent. */
    readonly plain: ArrayBuffer;
    /** The bytes to send now. */
    readonly wire: ArrayBuffer;
    /** True if the handshake is done. */
    readonly isSecure: boolean;
    /** True if the peer has announced that nothing follows. */
    readonly isClosed: boolean;
    /** The failure; the code is that of Node.js where it has one. */
    readonly code?: string;
    readonly message?: string;
  }
  /** Without `ca` (PEM), Mozilla's roots are trusted. Returns the number of the client, or a code and a text. */
  export function newClient(options: {
    readonly servername: string;
    readonly ca: readonly string[] | undefined;
    readonly rejectUnauthorized: boolean;
  }): number | readonly [code: string, message: string];
  /** Takes bytes of the network; the first call, without any, gives the ClientHello in `wire`. */
  export function receive(client: number, bytes: ArrayBuffer, offset: number, length: number): Progress;
  /** The bytes for the network that carry these; `undefined` after the end. */
  export function send(client: number, bytes: ArrayBuffer, offset: number, length: number): ArrayBuffer | undefined;
  /** The bytes for the network that say that nothing follows. */
  export function close(client: number): ArrayBuffer | undefined;
  export function free(client: number): void;
  /** Mozilla's roots, PEM. */
  export function rootCertificates(): readonly string[];
}
