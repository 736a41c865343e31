/** An updater for the tests: writes the value of a flag into a file. */
import { runUpdater } from "./run-updater.ts";

const [file = "", ...args] = process.argv.slice(2);

await runUpdater(
  {
    command: "npm run x",
    about: "Writes a value.",
    flags: {
      value: { value: "text", about: "what to write", default: "new" },
      failing: { value: "source", about: "what cannot be read" },
    },
    file,
    async refresh(before, { value, failing }) {
      if (value === "broken") throw new Error('the value of --value is "broken"');
      const changes = [`${JSON.stringify(before)} becomes ${value}`];
      return { text: `${value}`, changes, failures: failing === undefined ? [] : [`kept ${failing}`] };
    },
  },
  args,
);
