import { type Mirror, serve } from "../file-mirror.ts";
import { centralFile } from "./central-mirror.ts";

/**
 * A repository of Maven on the loopback interface, with all that the public one has. Each file is fetched once and kept in the cache, so that
 * tests ask no more of the public one than they must; `requests` tells what a build downloaded.
 */
export const mavenRepository = (): Promise<Mirror> =>
  serve(async (path) => (path.endsWith("/") ? undefined : centralFile(path.slice(1))));

/** The settings.xml that makes Maven ask one repository for everything. */
export const settingsFor = (url: string, server = ""): string =>
  `<settings>${server}<mirrors><mirror><id>tests</id><mirrorOf>*</mirrorOf><url>${url}</url></mirror></mirrors></settings>`;
