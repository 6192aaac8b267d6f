import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { renderMermaidSVG } from 'beautiful-mermaid'
import type { MarkdownRenderer } from 'vitepress'
import { root } from '../tidy/source-file.js'

const docs = join(root, 'docs')
const REPOSITORY = 'https://github.com/coursepay/coursepay/blob/main/'

/** As GitHub names a heading, so that one link fits both places. */
export const slugOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-')

/** What our pages need of Markdown, so that the same files read well here and in the repository. */
export function extendMarkdown(md: MarkdownRenderer): void {
  md.core.ruler.before('anchor', 'english-anchors', ({ tokens, env }) => {
    const slugs = slugsOf(md, env.path)
    const headings = tokens.filter(({ type }) => type === 'heading_open')
    for (const [index, slug] of slugs.entries()) headings[index]?.attrSet('id', slug)
  })
  md.core.ruler.push('links', ({ tokens, env }) => {
    const links = tokens.flatMap(({ children }) => children ?? []).filter(({ type }) => type === 'link_open')
    for (const link of links) link.attrSet('href', siteAddress(link.attrGet('href') ?? '', env.path))
  })
  const fence = md.renderer.rules.fence
  md.renderer.rules.fence = (tokens, index, ...rest) => {
    const token = tokens[index]
    if (token?.info.trim() === 'mermaid') return diagram(token.content)
    return fence?.(tokens, index, ...rest) ?? ''
  }
}

/** The anchors of the English page, so that one link fits both languages; none for a page that is English itself. */
function slugsOf(md: MarkdownRenderer, path: string): string[] {
  const english = join(docs, relative(join(docs, 'zh'), path))
  if (!path.startsWith(join(docs, 'zh')) || !existsSync(english)) return []
  const page = readFileSync(english, 'utf8').replace(/^---\n[\s\S]*?\n---\n/, '')
  const tokens = md.parse(page, { path: english })
  return tokens.flatMap((token) => (token.type === 'heading_open' ? [token.attrGet('id') ?? ''] : []))
}

/** A file of the repository that is no page stands on GitHub; the page of a folder is its index. */
export function siteAddress(href: string, page: string): string {
  if (/^([a-z]+:|#|\/)/.test(href)) return href
  const target = join(dirname(page), href)
  if (!target.startsWith(`${docs}/`)) return REPOSITORY + relative(root, target)
  const report = /^(.*\/)?api\/([\w-]+\.md)(#.*)?$/.exec(href)
  if (report !== null) return `/reference/${report[2]}`
  return href.replace(/README\.md(?=#|$)/, 'index.md')
}

/** Drawn when the site is built. The colours are those of the theme, and no font is fetched. */
function diagram(source: string): string {
  const svg = renderMermaidSVG(wrapLabels(source), { transparent: true, padding: 24 })
  const bare = svg.replace(/<style>[\s\S]*?<\/style>/g, '').replace(/ style="--bg[^"]*"/, '')
  return `<div class="diagram" v-pre>${bare}</div>\n`
}

/**
 * Breaks the labels of states and of calls to oneself into lines, so that they stand beside each other. A message
 * between two has its words above its arrow, in one line.
 */
const wrapLabels = (source: string): string =>
  source.replace(/^(\s*\S+ --> \S+: |\s*(\w+)->>\2: )(.+)$/gm, (_, arrow: string, __, label: string) => {
    const lines: string[] = []
    for (const part of label.split(/(?<=[ ，、：])/)) {
      const last = lines.at(-1)
      const fits = last !== undefined && widthOf(`${last}${part}`.trim()) <= 26
      lines.splice(fits ? -1 : lines.length, 1, fits ? last + part : part)
    }
    return arrow + lines.map((line) => line.trim()).join('<br/>')
  })

/** A Chinese character is as wide as two letters. */
const widthOf = (text: string): number => text.length + (text.match(/[\u2e80-\uffef]/g)?.length ?? 0)
