import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Writes a Poetry plugin that loads packages of the public index from the URL in `variable`.
 * Without it, Poetry supports mirrors only as named sources in the project.
 */
export async function writeIndexPlugin(dir: string): Promise<void> {
  const metadata = join(dir, "libcnb_index-1.dist-info");
  await mkdir(metadata, { recursive: true });
  await writeFile(join(dir, "libcnb_index.py"), program);
  await writeFile(join(metadata, "METADATA"), "Metadata-Version: 2.1\nName: libcnb-index\nVersion: 1\n");
  await writeFile(join(metadata, "entry_points.txt"), "[poetry.plugin]\nlibcnb-index = libcnb_index:IndexPlugin\n");
}

/** The environment variable with the URL of the index, without credentials. */
export const variable = "LIBCNB_PACKAGE_INDEX";

const program = `
import os
from poetry.plugins.plugin import Plugin
from poetry.repositories.legacy_repository import LegacyRepository

class IndexPlugin(Plugin):
    def activate(self, poetry, io):
        pool, name, url = poetry.pool, "PyPI", os.environ["${variable}"]
        if pool.has_repository(name):
            # by this it finds the credentials for the files
            poetry.config.merge({"repositories": {name: {"url": url}}})
            priority = pool.get_priority(name)
            pool.remove_repository(name)
            pool.add_repository(LegacyRepository(name, url, config=poetry.config), priority=priority)
`;
