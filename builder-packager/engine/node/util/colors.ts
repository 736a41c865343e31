/** The colors and modifiers of `util.inspect` and `util.styleText`: the codes that begin and end each. */

type Codes = [begin: number, end: number];

const TEXT = 39;
const BACKGROUND = 49;

export const colors: Record<string, Codes> = Object.assign(Object.create(null), {
  reset: [0, 0],
  bold: [1, 22],
  dim: [2, 22],
  italic: [3, 23],
  underline: [4, 24],
  blink: [5, 25],
  inverse: [7, 27],
  hidden: [8, 28],
  strikethrough: [9, 29],
  doubleunderline: [21, 24],
  black: [30, TEXT],
  red: [31, TEXT],
  green: [32, TEXT],
  yellow: [33, TEXT],
  blue: [34, TEXT],
  magenta: [35, TEXT],
  cyan: [36, TEXT],
  white: [37, TEXT],
  bgBlack: [40, BACKGROUND],
  bgRed: [41, BACKGROUND],
  bgGreen: [42, BACKGROUND],
  bgYellow: [43, BACKGROUND],
  bgBlue: [44, BACKGROUND],
  bgMagenta: [45, BACKGROUND],
  bgCyan: [46, BACKGROUND],
  bgWhite: [47, BACKGROUND],
  framed: [51, 54],
  overlined: [53, 55],
  gray: [90, TEXT],
  redBright: [91, TEXT],
  greenBright: [92, TEXT],
  yellowBright: [93, TEXT],
  blueBright: [94, TEXT],
  magentaBright: [95, TEXT],
  cyanBright: [96, TEXT],
  whiteBright: [97, TEXT],
  bgGray: [100, BACKGROUND],
  bgRedBright: [101, BACKGROUND],
  bgGreenBright: [102, BACKGROUND],
  bgYellowBright: [103, BACKGROUND],
  bgBlueBright: [104, BACKGROUND],
  bgMagentaBright: [105, BACKGROUND],
  bgCyanBright: [106, BACKGROUND],
  bgWhiteBright: [107, BACKGROUND],
});

const ALIASES = {
  grey: "gray",
  blackBright: "gray",
  bgGrey: "bgGray",
  bgBlackBright: "bgGray",
  faint: "dim",
  crossedout: "strikethrough",
  strikeThrough: "strikethrough",
  crossedOut: "strikethrough",
  conceal: "hidden",
  swapColors: "inverse",
  swapcolors: "inverse",
  doubleUnderline: "doubleunderline",
};

for (const [alias, name] of Object.entries(ALIASES)) {
  Object.defineProperty(colors, alias, {
    configurable: true,
    get: () => colors[name],
    set: (codes: Codes) => {
      colors[name] = codes;
    },
  });
}

/** The colors in which `util.inspect` shows each kind of value. */
export const styles: Record<string, string> = Object.assign(Object.create(null), {
  special: "cyan",
  number: "yellow",
  bigint: "yellow",
  boolean: "yellow",
  undefined: "grey",
  null: "bold",
  string: "green",
  symbol: "green",
  date: "magenta",
  regexp: "red",
  module: "underline",
});
