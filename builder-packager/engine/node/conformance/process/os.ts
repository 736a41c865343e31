import os, * as names from "node:os";
import { report, untyped } from "../report.ts";

/* The values of a machine are equal on both engines, except those that change from moment to moment. */

report("the same functions", () => [
  Object.keys(os).filter((name) => name in names && Reflect.get(os, name) !== Reflect.get(names, name)),
]);
report("fixed", () => [
  os.EOL,
  os.devNull,
  os.arch(),
  os.platform(),
  os.endianness(),
  os.type(),
  os.release(),
  os.version(),
  os.machine(),
  os.hostname(),
  os.totalmem(),
  os.availableParallelism(),
]);
report("constants", () => [
  { ...os.constants.signals },
  { ...os.constants.errno },
  { ...os.constants.priority },
  { ...untyped<Record<string, object>>(os.constants)["dlopen"] },
  Object.keys(os.constants),
]);
report("constants are constant", () => [
  Object.isFrozen(os.constants.signals),
  Object.isFrozen(os.constants.errno),
  Object.isFrozen(os.constants),
  Object.getPrototypeOf(os.constants.priority),
]);
report("moments", () => [
  os.freemem() > 0,
  os.freemem() <= os.totalmem(),
  os.uptime() > 0,
  Math.abs(os.uptime() * 1000 - performance.now()) > 0,
  os.loadavg().length,
  os.loadavg().every((load) => load >= 0 && load < 10_000),
]);
report("cpus", () =>
  os.cpus().map(({ model, speed, times }) => [model, typeof speed, Object.keys(times), times.idle > 0]),
);
report("userInfo", () => ({ ...os.userInfo() }));
report("userInfo as bytes", () => ({ ...os.userInfo({ encoding: "buffer" }) }));
report("homedir", () => {
  const { HOME } = process.env;
  const homes = [os.homedir()];
  for (const home of ["/of/environment", "/with/slash/", "relative"]) {
    process.env["HOME"] = home;
    homes.push(os.homedir(), os.userInfo().homedir);
  }
  delete process.env["HOME"];
  homes.push(os.homedir());
  process.env["HOME"] = "";
  homes.push(os.homedir());
  process.env["HOME"] = HOME;
  return homes;
});
report("tmpdir", () => {
  const paths: string[] = [];
  for (const variables of [
    { TMPDIR: "/a" },
    { TMPDIR: "/a/" },
    { TMPDIR: "/" },
    { TMPDIR: "" },
    { TMP: "/b" },
    { TEMP: "/c//" },
    { TMPDIR: "/a", TMP: "/b", TEMP: "/c" },
    {},
  ]) {
    for (const name of ["TMPDIR", "TMP", "TEMP"]) {
      delete process.env[name];
    }
    Object.assign(process.env, variables);
    paths.push(os.tmpdir());
  }
  return paths;
});
report("functions as texts", () => [`${os.hostname}`, `${os.tmpdir}`, `${os.arch}`]);
