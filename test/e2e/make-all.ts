/** Run by an ordinary user in the reproducibility test: makes bases, builder and application image in the given directory. */
import { join } from "node:path";
import { cnbSucceeds } from "../support/cnb.ts";
import { makeWorld, nodeFromNpm } from "./reference/reference-world.ts";

const [dir] = process.argv.slice(2);
if (!dir) throw new Error("the folder is missing");
const env = { ...process.env, LIBCNB_CACHE_DIR: join(dir, "cache") };
const world = await makeWorld(dir, { env });
const build = ["build", `oci:${dir}/app`, "--path", join(dir, "somewhere/else"), "--builder", world.builder];
await cnbSucceeds([...build, ...(await nodeFromNpm())], { env });
