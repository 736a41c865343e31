/**
 * The day on which the support of a release line ends; io.js and the lines before 4 end with 0.12.
 *
 * @see https://github.com/nodejs/release#release-schedule
 */
const days: Readonly<Record<number, string>> = {
  0: "2016-12-31",
  4: "2018-04-30",
  5: "2016-06-30",
  6: "2019-04-30",
  7: "2017-06-30",
  8: "2019-12-31",
  9: "2018-06-30",
  10: "2021-04-30",
  11: "2019-06-01",
  12: "2022-04-30",
  13: "2020-06-01",
  14: "2023-04-30",
  15: "2021-06-01",
  16: "2023-09-11",
  17: "2022-06-01",
  18: "2025-04-30",
  19: "2023-06-01",
  20: "2026-04-30",
  21: "2024-06-01",
  22: "2027-04-30",
  23: "2025-06-01",
  24: "2028-04-30",
  25: "2026-06-01",
  26: "2029-04-30",
};

/** The end-of-life date of a release line; `undefined` if unknown. */
export const endOfLife = (line: number): string | undefined => days[line];
