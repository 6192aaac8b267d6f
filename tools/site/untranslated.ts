import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../tidy/source-file.js'

const docs = join(root, 'docs')

/** For each page that is there in English alone, a Chinese page that says so: the switch of languages leads to it. */
export function untranslatedPages() {
  const pages = globSync('**/*.md', { cwd: docs, exclude: ['api/**', 'zh/**', '.vitepress/**'] })
  return pages
    .filter((page) => !existsSync(join(docs, 'zh', page)))
    .map((page) => page.replace(/README\.md$/, 'index.md').replace(/\.md$/, ''))
    .map((page) => ({
      params: { page },
      content: `# 本页只有英文版\n\n[阅读英文版](/${page.replace(/index$/, '')})`,
    }))
}
