/** Reading a tree of files. */
import { readdirSync } from 'node:fs';
import path from 'node:path';

/** Return every file below `folder`, absolute, in a stable order; folders named in `skip` are left out. */
export function filesBelow(folder: string, skip: readonly string[] = []): string[] {
  const found: string[] = [];
  const entries = readdirSync(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = path.join(folder, entry.name);
    if (!entry.isDirectory()) found.push(file);
    else if (!skip.includes(entry.name)) found.push(...filesBelow(file, skip));
  }
  return found;
}
