import { expect, test } from "vitest";
import { dataLimit, machineMemory } from "./kernel-texts.ts";
import { containerMemory } from "./memory.ts";
import { hasLocalResolver } from "./resolver.ts";

test.for<[string, number]>([
  ["MemTotal:       24683116 kB\nMemFree:         123 kB\n", 25275510784],
  ["MemFree: 1 kB\nMemTotal:\t1 kB\n", 1024],
])("the text %j of /proc/meminfo gives a memory of %i bytes", ([text, expected]) =>
  expect(machineMemory(text)).toBe(expected),
);

test.for(["MemTotal: much kB\n", "MemTotal: 1 MB\n", "MemTotal: 99999999999999999 kB\n", ""])(
  "the text %j of /proc/meminfo gives no size of the memory",
  (text) => expect(machineMemory(text)).toBeUndefined(),
);

test.for<[string, number]>([
  ["Max data size             268435456            unlimited            bytes     \n", 268435456],
  ["Limit Soft\nMax data size             1            2            bytes     \n", 1],
])("the text %j of /proc/self/limits gives a memory limit of %i bytes", ([text, expected]) =>
  expect(dataLimit(text)).toBe(expected),
);

test.for([
  "Max data size             unlimited            unlimited            bytes     \n",
  "Max stack size            8388608              unlimited            bytes     \n",
  "Max data size             99999999999999999999 unlimited            bytes     \n",
  "",
])("the text %j of /proc/self/limits gives no memory limit", (text) => expect(dataLimit(text)).toBeUndefined());

const none = { available: undefined, limit: undefined };

test.for<
  [string, machine: number | undefined, limits: readonly (number | undefined)[], ReturnType<typeof containerMemory>]
>([
  ["is unknown without limits if the machine's memory is unknown", undefined, [], none],
  ["is unknown if all limits and the machine's memory are unknown", undefined, [undefined, undefined], none],
  ["is the lowest limit if the machine's memory is unknown", undefined, [100, 50], { available: 50, limit: 50 }],
  ["is unknown if limits are zero or unlimited", undefined, [0, 2 ** 63 - 4096, Number.POSITIVE_INFINITY], none],
  ["is the machine's memory if the limit is unknown", 1000, [undefined], { available: 1000, limit: undefined }],
  [
    "is the machine's memory if the limit equals the machine's memory",
    1000,
    [1000],
    { available: 1000, limit: undefined },
  ],
  ["is the machine's memory if the limit is larger", 1000, [2000], { available: 1000, limit: undefined }],
  ["is the limit below the machine's memory", 1000, [2 ** 63 - 4096, 999], { available: 999, limit: 999 }],
])("the memory of a container %s", ([, machine, limits, expected]) => {
  expect(containerMemory(machine, limits)).toEqual(expected);
});

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
])("for the resolv.conf %j, the check for a link-local address as first nameserver returns %s", ([text, expected]) =>
  expect(hasLocalResolver(text)).toBe(expected),
);
