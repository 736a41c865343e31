import * as child from "engine:child";
import * as crypto from "engine:crypto";
import * as fs from "engine:fs";
import * as loop from "engine:loop";
import * as net from "engine:net";
import * as payload from "engine:payload";
import * as process from "engine:process";
import * as signature from "engine:signature";
import * as text from "engine:text";
import * as tls from "engine:tls";
import * as url from "engine:url";
import * as zlib from "engine:zlib";

/*
 * Calls the host functions with arguments that the Node layer would not give them. Each call must return or throw: a crash or
 * a panic ends the process with a signal. Run with a seed and a number of calls; the working directory is a scratch directory.
 */

const modules = { child, crypto, fs, loop, net, payload, process, signature, text, tls, url, zlib };
/** Those that end the process or others by design, or that wait. */
const left = new Set([
  "process.exit",
  "process.kill",
  "loop.setHooks",
  "loop.setExitCode",
  "child.wait",
  "process.chdir",
]);

const args = process.argv.slice(-3).map(Number);
const [seed, count, trace] = args;
let state = seed >>> 0 || 1;

function random(limit) {
  // xorshift, so that a seed gives the same calls
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  state >>>= 0;
  return state % limit;
}
const pick = (list) => list[random(list.length)];

function detached() {
  const buffer = new ArrayBuffer(16);
  structuredClone?.(buffer, { transfer: [buffer] });
  return buffer;
}

const throwing = new Proxy(
  {},
  {
    get() {
      throw new Error("trap");
    },
  },
);
const recursive = [];
recursive.push(recursive);

const numbers = [
  0,
  -0,
  1,
  -1,
  2,
  3,
  7,
  15,
  16,
  64,
  255,
  4096,
  65536,
  2 ** 24,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  2 ** 32,
  2 ** 32 - 1,
];
const odd = [2 ** 53, 2 ** 63, 2 ** 64, 1e300, -1e300, NaN, Infinity, -Infinity, 0.5, -0.5, 1e-300];
const names = [
  "",
  ".",
  "a",
  "b/c",
  "no/such/file",
  "a\0b",
  "\ud800",
  "\udcff",
  "\udfff\ud800",
  "x".repeat(300),
  "y".repeat(5000),
  "ü€😀",
  "%",
  "é".repeat(100),
];
const words = [
  "sha256",
  "md5",
  "gzip",
  "gunzip",
  "deflate",
  "inflate",
  "inflateRaw",
  "deflateRaw",
  "unzstd",
  "unxz",
  "utf8",
  "latin1",
  "hex",
  "base64",
  "base64url",
  "utf16le",
  "ascii",
  "href",
  "host",
  "port",
  "protocol",
  "search",
  "hash",
];
const addresses = [
  "http://a",
  "https://u:p@[::1]:99999/",
  "http://1.2.3.4:80/a?b#c",
  "file:///",
  "data:,",
  "http://xn--a",
  "//",
  "http://a b",
  "http://[",
  "localhost",
  "127.0.0.1",
  "::1",
  "a.invalid",
  "-",
  "1.2.3.4.5",
  `${"a.".repeat(200)}b`,
];

const makers = [
  () => pick(numbers),
  () => pick(odd),
  () => random(2 ** 32) - 2 ** 31,
  () => pick(names),
  () => pick(words),
  () => pick(addresses),
  () => undefined,
  () => null,
  () => random(2) === 0,
  () => 10n ** BigInt(random(40)),
  () => Symbol("s"),
  () => ({}),
  () => [],
  () => [pick(numbers), pick(names)],
  () => throwing,
  () => recursive,
  () => () => {},
  () => {
    throw new Error("made");
  },
  () => new ArrayBuffer(pick([0, 1, 16, 4096, 70000])),
  () => Uint8Array.from({ length: random(300) }, () => random(256)).buffer,
  () => detached(),
  () => new Uint8Array(8),
  () => new SharedArrayBuffer(8),
  () => ({ valueOf: () => 5, toString: () => "five" }),
  () => ({
    get servername() {
      throw new Error("getter");
    },
    get file() {
      throw new Error("getter");
    },
  }),
  () => ({
    servername: pick([...names, ...addresses]),
    ca: pick([undefined, [], ["x"], names, throwing]),
    rejectUnauthorized: random(2) === 0,
  }),
  () => ({
    file: pick([...names, "true", "/bin/true", "/"]),
    args: pick([[], ["a"], names, throwing, 5]),
    env: pick([[], ["PATH=/bin"], names, ["PATH="], undefined]),
    cwd: pick([undefined, ".", "no", "a\0b"]),
    stdio: pick([[], [-1, -1, -1], [-2, -2, -2], [99, 99], [-5], [0, NaN], Array(40).fill(-1), "x"]),
    detached: random(2) === 0,
    uid: undefined,
    gid: undefined,
  }),
];

// descriptors of the process itself stay open
const isOwn = (value) => typeof value === "number" && value > -1 && value < 10;

function argument(module) {
  const value = pick(makers)();
  return isOwn(value) && (module === "fs" || module === "loop" || module === "net") ? value + 1000 : value;
}

/** Mostly what the function expects, so that calls come further than the first check. */
const shapes = {
  "zlib.push": () => [
    random(6),
    new Uint8Array([31, 139, 8, 0, 0, 0, 0, 0, 0, 3, random(256), random(256)]).buffer,
    pick([0, 1, 13]),
    pick([12, 11, 0, 99]),
    random(2) === 0,
  ],
  "zlib.newStream": () => [pick(words), pick(numbers) | 0],
  "tls.receive": () => [
    random(6),
    Uint8Array.from({ length: 64 }, () => pick([22, 3, 3, 0, 2, 21, 20, 255, random(256)])).buffer,
    0,
    random(65),
  ],
  "tls.newClient": () => [
    {
      servername: pick(["a.test", "127.0.0.1", "::1", "a.", "_a.b"]),
      ca: pick([undefined, [], ["-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]]),
      rejectUnauthorized: random(2) === 0,
    },
  ],
  "tls.send": () => [random(6), new ArrayBuffer(pick([0, 5, 70000])), 0, pick([0, 5, 70000])],
  "tls.close": () => [random(6)],
  "crypto.newHash": () => [pick(words)],
  "crypto.updateHash": () => [random(6), new ArrayBuffer(100), random(50), random(80)],
  "crypto.copyHash": () => [random(6)],
  "crypto.digest": () => [random(6)],
  "signature.verify": () => [
    pick(["rsa-sha1", "rsa-sha256", "rsa-sha384", "rsa-sha512", "p256-sha256", "p384-sha384", "ed25519", "rsa-md5"]),
    Uint8Array.from({ length: pick([0, 32, 65, 97, 270]) }, (_, at) => pick([48, 2, 4, at, random(256)])).buffer,
    new ArrayBuffer(pick([0, 64, 72, 256])),
    new ArrayBuffer(pick([0, 100])),
    pick([0, 50, 200]),
    pick([0, 50, 200]),
  ],
  "text.encode": () => [pick([...names, ...addresses]), pick(words)],
  "text.decode": () => [
    Uint8Array.from({ length: random(40) }, () => random(256)).buffer,
    random(4),
    random(40),
    pick(words),
    random(2) === 0,
  ],
  "crypto.random": () => [random(70000)],
  "url.set": () => [
    pick(addresses),
    pick(["href", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"]),
    pick([...names, ...addresses, "99999", "http", "a@b:c"]),
  ],
  "url.parse": () => [pick([...names, ...addresses]), pick([undefined, ...addresses])],
};

const functions = Object.entries(modules).flatMap(([module, all]) =>
  Object.entries(all)
    .filter(([name, value]) => typeof value === "function" && !left.has(`${module}.${name}`))
    .map(([name, call]) => ({ name: `${module}.${name}`, module, call })),
);
// modules that do not exist are rejections
loop.setHooks({ uncaught() {}, idle() {}, exit() {} });
const results = { returned: 0, thrown: 0 };
const print = (line) => {
  const bytes = text.encode(`${line}\n`, "utf8");
  fs.write(1, bytes, 0, bytes.byteLength, -1);
};
for (let at = 0; at < count; at += 1) {
  const { name, module, call } = pick(functions);
  let given = [];
  try {
    const shape = shapes[name];
    given =
      shape !== undefined && (random(3) > 0 || name === "crypto.random")
        ? shape()
        : Array.from({ length: random(8) }, () => argument(module));
    if (trace === 1) {
      print(
        `${at} ${name} ${given.map((one) => (one === throwing || one === recursive ? "?" : `${typeof one} ${String(typeof one === "object" ? Object.prototype.toString.call(one) : String(one)).slice(0, 60)}`)).join(", ")}`,
      );
    }
    const value = call(...given);
    results.returned += 1;
    // children end by themselves
    if (name === "child.spawn" && Array.isArray(value)) {
      for (const fd of value.slice(1)) {
        if (fd > 2) {
          fs.close(fd);
        }
      }
      child.wait(value[0], () => {});
    }
  } catch {
    results.thrown += 1;
  }
}
print(`functions ${functions.length} returned ${results.returned > 0} thrown ${results.thrown > 0}`);
// callbacks of threads and timers run, too
loop.setTimer(() => process.exit(0), 100);
