import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Writes a plugin that lets Poetry load packages of the public index from the address in `variable`, as pip and uv do from
 * their index: Poetry itself knows mirrors by name only, in the project.
 */
export async function writeIndexPlugin(dir: string): Promise<void> {
  const metadata = join(dir, "libcnb_index-1.dist-info");
  await mkdir(metadata, { recursive: true });
  await writeFile(join(dir, "libcnb_index.py"), program);
  await writeFile(join(metadata, "METADATA"), "Metadata-Version: 2.1\nName: libcnb-index\nVersion: 1\n");
  await writeFile(join(metadata, "entry_points.txt"), "[poetry.plugin]\nlibcnb-index = libcnb_index:IndexPlugin\n");
}

/** Has the address, without credentials. */
export const variable = "LIBCNB_PACKAGE_INDEX";

const program = `
import os
from poetry.plugins.plugin import Plugin
from poetry.repositories.legacy_repository import LegacyRepository

class IndexPlugin(Plugin):
    def activate(self, poetry, io):
        pool, name = poetry.pool, "PyPI"
        if pool.has_repository(name):
            priority = pool.get_priority(name)
            pool.remove_repository(name)
            repository = LegacyRepository(name, os.environ["${variable}"], config=poetry.config)
            pool.add_repository(repository, priority=priority)
`;
