import { expect, test } from "vitest";
import { dataLimit, machineMemory } from "./kernel-texts.ts";
import { containerMemory } from "./memory.ts";
import { hasLocalResolver } from "./resolver.ts";

test.for<[string, number | undefined]>([
  ["MemTotal:       24683116 kB\nMemFree:         123 kB\n", 25275510784],
  ["MemFree: 1 kB\nMemTotal:\t1 kB\n", 1024],
  ["MemTotal: much kB\n", undefined],
  ["MemTotal: 1 MB\n", undefined],
  ["MemTotal: 99999999999999999 kB\n", undefined],
  ["", undefined],
])("the machine's memory in the /proc/meminfo text %j is %s bytes", ([text, expected]) =>
  expect(machineMemory(text)).toBe(expected),
);

test.for<[string, number | undefined]>([
  ["Max data size             268435456            unlimited            bytes     \n", 268435456],
  ["Limit Soft\nMax data size             1            2            bytes     \n", 1],
  ["Max data size             unlimited            unlimited            bytes     \n", undefined],
  ["Max stack size            8388608              unlimited            bytes     \n", undefined],
  ["Max data size             99999999999999999999 unlimited            bytes     \n", undefined],
  ["", undefined],
])("the process's memory limit in the /proc/self/limits text %j is %s bytes", ([text, expected]) =>
  expect(dataLimit(text)).toBe(expected),
);

const none = { available: undefined, limit: undefined };

test.for<[machine: number | undefined, limits: readonly (number | undefined)[], ReturnType<typeof containerMemory>]>([
  [undefined, [], none],
  [undefined, [undefined, undefined], none],
  [undefined, [100, 50], { available: 50, limit: 50 }],
  [undefined, [0, 2 ** 63 - 4096, Number.POSITIVE_INFINITY], none],
  [1000, [undefined], { available: 1000, limit: undefined }],
  [1000, [1000], { available: 1000, limit: undefined }],
  [1000, [2000], { available: 1000, limit: undefined }],
  [1000, [2 ** 63 - 4096, 999], { available: 999, limit: 999 }],
])(
  "the memory of a container is computed for a machine with %s bytes and the limits %j",
  ([machine, limits, expected]) => {
    expect(containerMemory(machine, limits)).toEqual(expected);
  },
);

test.for<[string, boolean]>([
  ["nameserver 169.254.20.10\n", true],
  ["# x\nsearch y\n nameserver\t169.254.20.10\r\n", true],
  ["nameserver fe80::1%eth0", true],
  ["nameserver FEBF::1\n", true],
  ["nameserver 10.0.0.1\nnameserver 169.254.20.10\n", false],
  ["nameserver fec0::1\n", false],
  ["nameserver\nnameserver 169.254.20.10\n", false],
  ["nameservers 169.254.20.10\n", false],
  ["#nameserver 169.254.20.10\n", false],
  ["", false],
])("the check whether the resolv.conf %j names a link-local resolver returns %s", ([text, expected]) =>
  expect(hasLocalResolver(text)).toBe(expected),
);
