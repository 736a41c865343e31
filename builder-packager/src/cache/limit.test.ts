import { expect, test } from "vitest";
import { cacheLimit, limitBytes } from "./limit.ts";

const given = (text?: string) => cacheLimit({ LIBCNB_CACHE_SIZE: text });

test.for([
  ["", { share: 0.5 }],
  ["20GB", { bytes: 20e9 }],
  ["20 gb", { bytes: 20e9 }],
  ["20GiB", { bytes: 20 * 2 ** 30 }],
  ["20g", { bytes: 20 * 2 ** 30 }],
  ["512m", { bytes: 2 ** 29 }],
  ["1.5TB", { bytes: 1.5e12 }],
  ["1000B", { bytes: 1000 }],
  ["50%", { share: 0.5 }],
  ["0.5%", { share: 0.005 }],
  ["100%", { share: 1 }],
  ["0", "unlimited"],
  ["Unlimited", "unlimited"],
] as const)("LIBCNB_CACHE_SIZE=%j is accepted as the limit %j", ([text, limit]) => {
  expect(given(text)).toEqual(limit);
});

test("without LIBCNB_CACHE_SIZE, the cache limit is half of the sum of the cache's size and the free space", () => {
  expect(given(undefined)).toEqual({ share: 0.5 });
});

test.for([
  "-1",
  "5",
  "1000",
  "1.5",
  "5i",
  "5iB",
  "1e9",
  "20 G B",
  "20PB",
  "0GB",
  "0%",
  "101%",
  "ten",
  "0x10",
  "1,5GB",
  "%",
  "GB",
  "9".repeat(30),
])(
  "LIBCNB_CACHE_SIZE=%j is refused, because it is neither a positive size with a unit nor a share of at most 100 percent",
  (text) => {
    expect(() => given(text)).toThrow(
      expect.objectContaining({
        code: "ARGUMENT_INVALID",
        message: `LIBCNB_CACHE_SIZE=${text} is neither a positive size with a unit nor a positive share of at most 100%`,
        hint: 'Set LIBCNB_CACHE_SIZE to a size with a unit such as 20GB, 20GiB or 500MB, to a share of the disk such as 50%, or to "unlimited".',
      }),
    );
  },
);

test("a percentage limit refers to the sum of cache size and free space", () => {
  const space = { size: 30, free: 70 };
  expect(limitBytes({ share: 0.25 }, space)).toBe(25);
  expect(limitBytes({ bytes: 10 }, space)).toBe(10);
  expect(limitBytes("unlimited", space)).toBe(Number.POSITIVE_INFINITY);
});
