import { defineBuildpack, fail, pass } from "libcnb";

export default defineBuildpack({
  async detect({ app }) {
    return (await app.exists("hello.txt")) ? pass() : fail("the app has no hello.txt");
  },

  async build({ app, log }) {
    const greeting = (await app.readText("hello.txt")).trim();
    log.step(`The app will say "${greeting}"`);
    return { processes: { hello: { command: ["echo", greeting], default: true } } };
  },
});
