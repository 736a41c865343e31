import { readScript } from "../script.ts";
import { marker } from "./escapes.ts";

/**
 * Compiles `ROOT/0` to `ROOT/COUNT-1` without the bundler's confinement, and prints the numbers of
 * those whose output contains the marker.
 */
const [root = "", count = "0"] = process.argv.slice(2);
const found: number[] = [];
let compiled = 0;
for (let index = 0; index < Number(count); index++) {
  const cwd = `${root}/${index}`;
  const entry = `${cwd}/bp/src/buildpack.ts`;
  const text = await readScript([{ id: "app/bp", entry }], { cwd, confinement: { roots: [""], fallbacks: [] } }).then(
    ({ code, map, ...others }) => {
      compiled += 1;
      return [Buffer.from(code).toString(), Buffer.from(map).toString(), JSON.stringify(others)].join("\n");
    },
    (error) => `${error.message} ${error.hint}`,
  );
  if (text.includes(marker)) found.push(index);
}
process.stdout.write(JSON.stringify({ found, compiled }));
