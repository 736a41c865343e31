/** Choices that a seed decides. */
export interface Random {
  /** A number from 0 to below `end`. */
  int(end: number): number;
  chance(probability: number): boolean;
  /** Like {@link chance}, for what ends most builds: only where it is allowed. */
  accident(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  /** The name of a file; bytes that are not UTF-8 as lone surrogates. */
  name(): string;
  /** One to three names. */
  path(): string;
  /** The target of a symbolic link. */
  target(): string;
  /** The value of a variable; bytes that are not UTF-8 as lone surrogates. */
  value(): string;
}

/** Choices that `seed` decides. `accidents` allows what ends most builds, which would hide everything behind it. */
export function random(seed: number, accidents = false): Random {
  let state = Math.floor(seed * 4_294_967_291) >>> 0;
  // mulberry32
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (end: number) => Math.floor(next() * end);
  const pick = <Item>(items: readonly Item[]): Item => items[int(items.length)] as Item;
  const name = () => (int(3) > 0 ? pick(plainNames) : pick(oddNames));
  return {
    int,
    chance: (probability) => next() < probability,
    accident: (probability) => next() < probability && accidents,
    pick,
    name,
    path: () => Array.from({ length: 1 + int(3) }, name).join("/"),
    target: () => pick(targets),
    value: () => pick(values),
  };
}

const plainNames = ["a", "b", "bin", "lib", "file.txt", "A", "a.b", "x-y", "env", "web", "node_modules", "Z"];

const oddNames = [
  "caf\udce9",
  "\udcff",
  "\udce9\udce8",
  "\uFFFD",
  "a\uFFFDb",
  "é",
  "e\u0301",
  "日本",
  "😀",
  "\udced\udcb2\udc80",
  " ",
  "a ",
  "a.",
  "...",
  ".hidden",
  "-",
  "-rf",
  "*",
  "?",
  "[a]",
  "a\\b",
  '"',
  "'",
  "$HOME",
  "`",
  "~",
  "#",
  "%00",
  "\n",
  "a\nb",
  "\t",
  "\u0001",
  "\u007f",
  "\u001b[31m",
  "\u202e",
  "\u2028",
  "=",
  "a=b",
  "a:b",
  "a,b",
  "n".repeat(99),
  "n".repeat(100),
  "n".repeat(101),
  "n".repeat(155),
  "é".repeat(127),
  "n".repeat(255),
  ".wh.a",
  ".wh..wh..opq",
  "CON",
  "README",
  "readme",
  "ReadMe",
  "PaxHeaders.0",
];

const targets = [
  "a",
  "../a",
  "/etc/passwd",
  "/nowhere",
  ".",
  "..",
  "/",
  "self",
  "caf\udce9",
  "\uFFFD",
  "a//b/../c",
  "/proc/self/exe",
  "t".repeat(100),
  "t".repeat(101),
  `/${"d/".repeat(120)}x`,
  "/layers/test_one/a",
  "/workspace",
];

const values = [
  "",
  "1",
  "a b",
  "a:b",
  "ü",
  "line\nbreak",
  "trailing\n",
  "$HOME",
  "'\"",
  "x".repeat(5000),
  "=",
  "\t",
  "caf\udce9",
  "\udcff:\udc80",
];
